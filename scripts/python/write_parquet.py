"""Writes Parquet files by pyarrow in many forms, and what a reader must find in them.

    write_parquet.py FOLDER SEED [ROWS]

For each form FOLDER/NAME.parquet with up to ROWS rows, and FOLDER/NAME.ndjson with a line {"row": [cell, ...]} for each row, cells as in
parquet_values.py. Prints a line for each file: its name, rows of its row groups, encodings of its flat columns, leaves
that are nested, and whether it has a page index.
"""

import datetime
import json
import random
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from parquet_values import cell, plain, show

WORDS = ["info", "error", "", "warn", "größe", "日本語", "request timed out after ", "🧵"]


def text(rng):
    return "".join(rng.choice(WORDS) for _ in range(rng.randrange(6)))


def column(rng, rows, make, nulls):
    """Nulls come alone and in runs, so that levels do too."""
    values, left = [], 0
    for _ in range(rows):
        if left == 0 and rng.random() < nulls / 4:
            left = rng.choice([1, 1, 1, 13, 70])
        values.append(None if left else make())
        left = max(0, left - 1)
    return values


def table(rng, rows, nulls, nanoseconds):
    unit = "ns" if nanoseconds else "us"
    start = 1_700_000_000_000_000_000 if nanoseconds else 1_700_000_000_000_000
    epoch = datetime.date(1970, 1, 1)
    makers = [
        ("time", pa.timestamp(unit, tz="UTC"), lambda: start + rng.randrange(10**12)),
        ("local", pa.timestamp(unit), lambda: start - rng.randrange(10**12)),
        ("millis", pa.timestamp("ms", tz="UTC"), lambda: rng.randrange(10**12)),
        ("wide", pa.int64(), lambda: rng.randrange(-2**63, 2**63)),
        ("status", pa.int64(), lambda: rng.randrange(200, 220)),
        ("unsigned", pa.uint64(), lambda: rng.randrange(2**64)),
        ("int", pa.int32(), lambda: rng.choice([-2**31, 2**31 - 1, rng.randrange(-1000, 1000)])),
        ("tiny", pa.int8(), lambda: rng.randrange(-128, 128)),
        ("unsigned16", pa.uint16(), lambda: rng.randrange(2**16)),
        ("day", pa.date32(), lambda: epoch + datetime.timedelta(days=rng.randrange(20_000))),
        ("flag", pa.bool_(), lambda: rng.random() < 0.3),
        ("steady", pa.bool_(), lambda: True),
        ("single", pa.float32(), lambda: rng.choice([0.0, -0.0, 1.5, float("inf"), rng.uniform(-1, 1)])),
        ("double", pa.float64(), lambda: rng.choice([float("-inf"), 5e-324, rng.uniform(-1e300, 1e300)])),
        ("level", pa.string(), lambda: rng.choice(WORDS)),
        ("message", pa.string(), lambda: text(rng)),
        ("raw", pa.binary(), lambda: rng.randbytes(rng.choice([0, 3, 15, 16, 17, 40]))),
        ("id", pa.binary(16), lambda: rng.randbytes(16)),
        ("kind", pa.binary(3), lambda: rng.choice([b"abc", b"abd", b"\0\0\0"])),
        ("nothing", pa.string(), lambda: None),
    ]
    fields, arrays = [], []
    for name, kind, make in makers:
        fields.append(pa.field(name, kind))
        arrays.append(pa.array(column(rng, rows, make, nulls), kind))
        if name != "nothing":
            fields.append(pa.field(name + " required", kind, nullable=False))
            arrays.append(pa.array(column(rng, rows, make, 0), kind))
    fields.insert(3, pa.field("nested", pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])))
    arrays.insert(3, pa.array([{"a": 1, "b": ["x", "y"]}] * rows, fields[3].type))
    return pa.table(arrays, schema=pa.schema(fields))


def encodings(schema, by_type):
    """An encoding for every flat column, by its type, PLAIN for others."""
    found = {field.name: by_type(field.type) or "PLAIN" for field in schema if field.name != "nested"}
    # A table with any must name them for nested leaves too.
    return found | {"nested.a": "PLAIN", "nested.b.list.element": "PLAIN"}


def delta(kind):
    if pa.types.is_integer(kind) or pa.types.is_timestamp(kind) or pa.types.is_date32(kind):
        return "DELTA_BINARY_PACKED"
    if pa.types.is_string(kind) or kind == pa.binary():
        return "DELTA_LENGTH_BYTE_ARRAY"
    return "RLE" if pa.types.is_boolean(kind) else None


def prefixes(kind):
    is_bytes = pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind)
    return "DELTA_BYTE_ARRAY" if is_bytes else None


def streams(kind):
    is_wide = pa.types.is_int32(kind) or pa.types.is_int64(kind) or pa.types.is_timestamp(kind)
    is_split = is_wide or pa.types.is_floating(kind) or pa.types.is_fixed_size_binary(kind)
    return "BYTE_STREAM_SPLIT" if is_split else None


SMALL_PAGES = {"data_page_size": 2_000, "write_batch_size": 64}
FORMS = {
    "default": {"compression": "zstd"},
    "oldest": {"compression": "none", "version": "1.0", "use_dictionary": False, "data_page_version": "1.0"},
    "old-dictionaries": {"compression": "none", "version": "1.0", "data_page_version": "1.0", **SMALL_PAGES},
    "dictionaries-fall-back": {
        "compression": "zstd", "dictionary_pagesize_limit": 700, "write_page_index": True, **SMALL_PAGES},
    "indexed": {"compression": "zstd", "write_page_index": True, "write_page_checksum": True, **SMALL_PAGES},
    "plain-indexed": {
        "compression": "none", "use_dictionary": False, "write_page_index": True, **SMALL_PAGES},
    "version2": {"compression": "zstd", "data_page_version": "2.0", "write_page_checksum": True, **SMALL_PAGES},
    "version2-plain": {
        "compression": "none", "data_page_version": "2.0", "use_dictionary": False, "write_page_index": True},
    "delta": {"compression": "zstd", "use_dictionary": False, "encodings": delta, **SMALL_PAGES},
    "delta-version2": {
        "compression": "none", "use_dictionary": False, "encodings": delta, "data_page_version": "2.0",
        "write_page_index": True, **SMALL_PAGES},
    "prefixes": {"compression": "zstd", "use_dictionary": False, "encodings": prefixes, "write_page_index": True,
                 **SMALL_PAGES},
    "streams": {"compression": "zstd", "use_dictionary": False, "encodings": streams, "write_page_index": True,
                **SMALL_PAGES},
    "int96": {"compression": "zstd", "use_deprecated_int96_timestamps": True, **SMALL_PAGES},
}


def as_written(array, is_int96):
    """The values as integers, floats, booleans or bytes."""
    if is_int96 and pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp("ns", tz=array.type.tz))
    if pa.types.is_date32(array.type):
        array = array.cast(pa.int32())
    return plain(array)


def write(folder, name, rng, rows, form):
    options = dict(form)
    is_int96 = "use_deprecated_int96_timestamps" in options
    nulls = rng.choice([0.05, 0.3, 0.9])
    data = table(rng, rows, nulls, nanoseconds=options.get("version") != "1.0")
    if by_type := options.pop("encodings", None):
        options["column_encoding"] = encodings(data.schema, by_type)
    path = f"{folder}/{name}.parquet"
    pq.write_table(data, path, row_group_size=max(1, rows * 2 // 5), **options)
    flat = [field.name for field in data.schema if field.name != "nested"]
    columns = []
    for field in flat:
        array = as_written(data[field].combine_chunks(), is_int96)
        columns.append([cell(value, pa.types.is_float32(array.type)) for value in array.to_pylist()])
    with open(f"{folder}/{name}.ndjson", "w") as expected:
        for row in zip(*columns):
            expected.write(json.dumps({"row": row}, separators=(",", ":")) + "\n")
    metadata = pq.read_metadata(path)
    chunks = [
        metadata.row_group(group).column(index)
        for group in range(metadata.num_row_groups) for index in range(metadata.num_columns)]
    nested = sorted({chunk.path_in_schema for chunk in chunks if chunk.path_in_schema.startswith("nested.")})
    show(
        name=name, rowGroups=[metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)],
        columns=flat, nested=nested, hasIndex=bool(options.get("write_page_index")),
        encodings=sorted({encoding for chunk in chunks for encoding in chunk.encodings}))


def main():
    folder, seed = sys.argv[1], int(sys.argv[2])
    rows_max = int(sys.argv[3]) if len(sys.argv) > 3 else 900
    for index, (name, form) in enumerate(FORMS.items()):
        rng = random.Random(seed * 1_000 + index)
        write(folder, name, rng, rng.randrange(rows_max // 3, rows_max + 1), form)
    write(folder, "empty", random.Random(seed), 0, {"compression": "zstd", "write_page_index": True})
    write(folder, "one-row", random.Random(seed), 1, {"compression": "zstd"})
    pq.write_table(pa.table({"a": [1, 2, 3]}), f"{folder}/brotli.parquet", compression="brotli")


if __name__ == "__main__":
    main()
