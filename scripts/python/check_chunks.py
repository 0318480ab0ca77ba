"""Reads the chunks of a data folder with pyarrow and with DuckDB and compares with the lines shipped, value for value.

Every line has a field `seq` of its own. Parents that are in the chunk as distances are looked up here for pyarrow; DuckDB
reads through the view of docs/CHUNK-FORMAT.md.

usage: check_chunks.py DATA_FOLDER LINES
"""
import glob
import json
import os
import re
import sys
import uuid

import duckdb
import pyarrow.parquet

from records import Number, flatten, lines, load, nanoseconds


OFFSETS = "parent_row_offset"


def with_pyarrow(path):
    table = pyarrow.parquet.read_table(path)
    columns = {}
    for field, column in zip(table.schema, table.columns):
        if pyarrow.types.is_timestamp(field.type):
            column = column.cast(pyarrow.int64())
        columns[field.name] = column.to_pylist()
    add_parents(path, columns)
    return [{name: values[row] for name, values in columns.items()} for row in range(table.num_rows)]


def add_parents(path, columns):
    metadata = pyarrow.parquet.read_metadata(path)
    if (metadata.metadata or {}).get(b"lockstitch.parent_offset_column") != OFFSETS.encode():
        return
    ends = []
    for group in range(metadata.num_row_groups):
        ends += [metadata.row_group(group).num_rows + (ends[-1] if ends else 0)]
    for row, offset in enumerate(columns.pop(OFFSETS)):
        if offset is None:
            continue
        assert columns["parent_span_id"][row] is None, f"row {row} has both a parent and a distance to it"
        assert not any(min(row, row + offset) < end <= max(row, row + offset) for end in ends), "not in its row group"
        columns["parent_span_id"][row] = columns["span_id"][row + offset]


def view(pattern):
    """The statements of the document that make the view, for the files in question."""
    document = os.path.join(os.path.dirname(__file__), "../../docs/CHUNK-FORMAT.md")
    with open(document, encoding="utf-8") as file:
        sql = re.search("```sql\n(.*?)```", file.read(), re.DOTALL).group(1)
    assert "'data/*/*.parquet'" in sql
    return sql.replace("data/*/*.parquet", pattern)


def with_duckdb(path):
    metadata = pyarrow.parquet.read_metadata(path)
    if OFFSETS in metadata.schema.names:
        duckdb.sql(view(path))
        relation = duckdb.sql("SELECT * REPLACE (epoch_ns(time) AS time) FROM records")
    else:
        relation = duckdb.sql(f"SELECT * REPLACE (epoch_ns(time) AS time) FROM read_parquet('{path}')")
    return [dict(zip(relation.columns, row)) for row in relation.fetchall()]


def text_columns(path):
    metadata = pyarrow.parquet.read_metadata(path).metadata
    rest = metadata.get(b"lockstitch.rest_column", b"").decode()
    return [json.loads(metadata[key]) for key in (b"lockstitch.json_columns", b"lockstitch.number_columns")] + [rest]


def fields(row, path):
    """A row of a chunk as the fields of a line."""
    arrays, numbers, rest = text_columns(path)
    found = {}
    for name, value in row.items():
        if value is None:
            continue
        if name == rest:
            found.update(json.loads(value))
            continue
        if isinstance(value, bytes):
            value = value.hex()
        elif isinstance(value, uuid.UUID):
            value = str(value)
        elif name in arrays:
            value = load(value)
        elif name in numbers:
            value = Number(value)
        found[name] = value
    return found


def same(found, wanted, name):
    if name == "time":
        return found == nanoseconds(wanted)
    if isinstance(wanted, Number) and not isinstance(found, Number):
        if isinstance(found, str):
            return found == wanted
        return not isinstance(found, bool) and type(found)(wanted) == found and (
            isinstance(found, float) or str(found) == wanted)
    if isinstance(found, str) and isinstance(wanted, (bool, list, dict)):
        # A column that saw more than one kind holds text.
        return load(found) == wanted
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


def compare(found, wanted, reader):
    differences = []
    if found.keys() != wanted.keys():
        differences.append(f"{reader}: rows {sorted(found.keys() ^ wanted.keys())} only on one side")
    for seq in sorted(found.keys() & wanted.keys()):
        for name in sorted(found[seq].keys() | wanted[seq].keys()):
            missing = name not in found[seq] or name not in wanted[seq]
            if missing or not same(found[seq][name], wanted[seq][name], name):
                differences.append(
                    f"{reader}: seq {seq}, {name}: {found[seq].get(name)!r} in the chunk, "
                    f"{wanted[seq].get(name)!r} in the line")
    return differences


def main(folder, expected):
    wanted = {int(row["seq"]): row for row in (flatten(load(line)) for line in lines(expected) if line.strip())}
    paths = sorted(glob.glob(folder + "/data/*/*.parquet"))
    differences = []
    for reader, read in (("pyarrow", with_pyarrow), ("duckdb", with_duckdb)):
        rows = [fields(row, path) for path in paths for row in read(path)]
        found = {int(row["seq"]): row for row in rows}
        if len(found) != len(rows):
            differences.append(f"{reader}: {len(rows) - len(found)} rows are there twice")
        differences += compare(found, wanted, reader)
    print("\n".join(differences[:50]) or f"{len(wanted)} rows in {len(paths)} chunks: equal in pyarrow and DuckDB")
    return 1 if differences else 0


sys.exit(main(*sys.argv[1:]))
