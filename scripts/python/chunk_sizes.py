"""Prints what each column of a data folder's chunks takes, beside the same rows written by pyarrow.

pyarrow writes each file of lines as a table of its own, in the order of the lines: strings as they came (the time among
them), numbers and booleans as such, zstd level 1, dictionaries on, all else as it does by default.

usage: chunk_sizes.py DATA_FOLDER LINES...
"""
import glob
import json
import os
import sys
import tempfile

import pyarrow
import pyarrow.parquet

from records import flatten, lines


def column_sizes(path):
    metadata = pyarrow.parquet.read_metadata(path)
    sizes = {}
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            column = metadata.row_group(group).column(index)
            size, encodings = sizes.get(column.path_in_schema, (0, set()))
            sizes[column.path_in_schema] = size + column.total_compressed_size, encodings | set(column.encodings)
    return sizes


def array(values):
    try:
        return pyarrow.array(values)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError):
        return pyarrow.array([value if value is None or isinstance(value, str) else json.dumps(value) for value in values])


def written_by_pyarrow(file, folder):
    rows = [flatten(json.loads(line)) for line in lines(file) if line.strip()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pyarrow.table({name: array([row.get(name) for row in rows]) for name in names})
    path = os.path.join(folder, os.path.basename(file) + ".parquet")
    pyarrow.parquet.write_table(table, path, compression="zstd", compression_level=1)
    return path, len(rows)


def add(total, sizes):
    for name, (size, encodings) in sizes.items():
        known, others = total.get(name, (0, set()))
        total[name] = known + size, others | encodings


def main(folder, *files):
    chunks = sorted(glob.glob(folder + "/data/*/*.parquet"))
    ours, theirs = {}, {}
    for path in chunks:
        add(ours, column_sizes(path))
    our_bytes = sum(map(os.path.getsize, chunks))
    their_bytes = rows = 0
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            path, count = written_by_pyarrow(file, scratch)
            add(theirs, column_sizes(path))
            their_bytes += os.path.getsize(path)
            rows += count
    rest = our_bytes - sum(size for size, _ in ours.values())
    print(f"{'column':<24}{'ours':>12}{'pyarrow':>12}  encodings")
    for name in sorted(ours.keys() | theirs.keys(), key=lambda name: -ours.get(name, (0,))[0]):
        size, encodings = ours.get(name, (0, ()))
        print(f"{name:<24}{size:>12,}{theirs.get(name, (0,))[0]:>12,}  {' '.join(sorted(encodings))}")
    print(f"{'beside the columns':<24}{rest:>12,}{their_bytes - sum(size for size, _ in theirs.values()):>12,}")
    print(f"{'total':<24}{our_bytes:>12,}{their_bytes:>12,}  ratio {our_bytes / their_bytes:.3f}")
    print(f"{len(chunks)} chunks, {rows:,} rows, {our_bytes / rows:.1f} bytes a row, {their_bytes / rows:.1f} by pyarrow")
    return 0


sys.exit(main(*sys.argv[1:]))
