"""Writes Parquet files by pyarrow, fastparquet, polars and DuckDB in the variety that files in the world have: all
codecs, page versions, encodings and types, nested columns, and odd shapes (no rows, no row groups, all null, one page).

    write_variety.py FOLDER SEED [ROWS]

For each file FOLDER/NAME.parquet and, as pyarrow reads it, FOLDER/NAME.ndjson with a line {"row": [cell, ...]} for each
row. A cell is as in parquet_values.py, and besides: a list or a struct is an array of cells, a map an array of pairs, a
decimal its unscaled value as two's complement in hex, the highest byte first, without bytes that only repeat the sign.
Prints a line for each file: its name, rows of its row groups, leaves (path, physical and logical type as parquet-java
writes them), codecs and encodings.
"""

import datetime
import decimal
import json
import random
import struct
import sys
import uuid

import duckdb
import fastparquet
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from parquet_values import show

WORDS = ["info", "error", "", "warn", "größe", "日本語", "request timed out after ", "🧵"]
EPOCH = datetime.date(1970, 1, 1)


# Expected rows

def signed_bytes(number):
    length = 1
    while not -(1 << 8 * length - 1) <= number < 1 << 8 * length - 1:
        length += 1
    return number.to_bytes(length, "big", signed=True)


def unscaled(value, scale):
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits))) * 10 ** (exponent + scale)
    return -number if sign else number


def cell(scalar):
    if not scalar.is_valid:
        return None
    kind = scalar.type
    if isinstance(kind, pa.BaseExtensionType) or pa.types.is_dictionary(kind):
        return cell(scalar.value)
    if pa.types.is_struct(kind):
        return [cell(scalar[index]) for index in range(kind.num_fields)]
    if pa.types.is_map(kind):
        return [[cell(entry[0]), cell(entry[1])] for entry in scalar.values]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [cell(element) for element in scalar.values]
    if pa.types.is_temporal(kind):
        return str(scalar.value)
    if pa.types.is_decimal(kind):
        return signed_bytes(unscaled(scalar.as_py(), kind.scale)).hex()
    if pa.types.is_float16(kind):
        return pa.array([scalar], kind).view(pa.binary(2))[0].as_py().hex()
    value = scalar.as_py()
    if pa.types.is_floating(kind):
        return struct.pack(">f" if pa.types.is_float32(kind) else ">d", value).hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, str)):
        return (value.encode() if isinstance(value, str) else value).hex()
    return str(value)


def logical(column):
    """The logical type as parquet-java writes it."""
    kind = json.loads(column.logical_type.to_json())
    name = kind["Type"]
    unit = {"milliseconds": "MILLIS", "microseconds": "MICROS", "nanoseconds": "NANOS"}.get(kind.get("timeUnit"))
    utc = str(kind.get("isAdjustedToUTC", "")).lower()
    if name in ("Timestamp", "Time"):
        return f"{name.upper()}({unit},{utc})"
    if name == "Int":
        return f"INTEGER({kind['bitWidth']},{str(kind['isSigned']).lower()})"
    if name == "Decimal":
        return f"DECIMAL({kind['precision']},{kind['scale']})"
    names = {"None": None, "Unknown": "UNKNOWN", "Null": "UNKNOWN"}
    return names[name] if name in names else name.upper()


def physical(column):
    length = f"({column.length})" if column.physical_type == "FIXED_LEN_BYTE_ARRAY" else ""
    return column.physical_type + length


def describe(path, rows_path, name, **more):
    file = pq.ParquetFile(path, page_checksum_verification=True)
    metadata = file.metadata
    with open(rows_path, "w") as expected:
        table = file.read()
        columns = [[cell(value) for value in column] for column in table.columns]
        for row in zip(*columns):
            expected.write(json.dumps({"row": row}, separators=(",", ":")) + "\n")
    groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
    chunks = [group.column(index) for group in groups for index in range(metadata.num_columns)]
    leaves = [metadata.schema.column(index) for index in range(metadata.num_columns)]
    show(
        name=name, **more, rowGroups=[group.num_rows for group in groups],
        leaves=[[leaf.path, physical(leaf), logical(leaf)] for leaf in leaves],
        codecs=sorted({chunk.compression for chunk in chunks}),
        encodings=sorted({encoding for chunk in chunks for encoding in chunk.encodings}))


# Random values

def maybe(rng, nulls, make):
    return None if rng.random() < nulls else make()


def text(rng):
    return "".join(rng.choice(WORDS) for _ in range(rng.randrange(4)))


def some(rng, make):
    """A list, empty more often than not long."""
    return [make() for _ in range(rng.choice([0, 0, 1, 2, 3, 7]))]


def big_decimal(rng, digits, scale):
    return decimal.Decimal(rng.randrange(-10**digits + 1, 10**digits)).scaleb(-scale, decimal.Context(prec=80))


def flat_makers(rng):
    return [
        ("flag", pa.bool_(), lambda: rng.random() < 0.3),
        ("int8", pa.int8(), lambda: rng.randrange(-128, 128)),
        ("int16", pa.int16(), lambda: rng.randrange(-2**15, 2**15)),
        ("int32", pa.int32(), lambda: rng.choice([-2**31, 2**31 - 1, rng.randrange(-99, 99)])),
        ("int64", pa.int64(), lambda: rng.choice([-2**63, 2**63 - 1, rng.randrange(-99, 99)])),
        ("uint8", pa.uint8(), lambda: rng.randrange(2**8)),
        ("uint16", pa.uint16(), lambda: rng.randrange(2**16)),
        ("uint32", pa.uint32(), lambda: rng.randrange(2**32)),
        ("uint64", pa.uint64(), lambda: rng.randrange(2**64)),
        ("float16", pa.float16(), lambda: rng.choice([0.0, -0.0, 1.5, float("inf"), 6e-8])),
        ("float32", pa.float32(), lambda: rng.choice([0.0, -0.0, float("-inf"), float("nan"), rng.uniform(-1, 1)])),
        ("float64", pa.float64(), lambda: rng.choice([5e-324, rng.uniform(-1e300, 1e300)])),
        ("text", pa.string(), lambda: text(rng)),
        ("large text", pa.large_string(), lambda: text(rng)),
        ("raw", pa.binary(), lambda: rng.randbytes(rng.choice([0, 3, 16, 40]))),
        ("fixed", pa.binary(5), lambda: rng.choice([b"\0\0\0\0\0", b"abcde", rng.randbytes(5)])),
        ("decimal9", pa.decimal128(9, 2), lambda: big_decimal(rng, 9, 2)),
        ("decimal18", pa.decimal128(18, 0), lambda: big_decimal(rng, 18, 0)),
        ("decimal38", pa.decimal128(38, 10), lambda: big_decimal(rng, 38, 10)),
        ("decimal76", pa.decimal256(76, 5), lambda: big_decimal(rng, 76, 5)),
        ("day", pa.date32(), lambda: EPOCH + datetime.timedelta(days=rng.randrange(-9_999, 20_000))),
        ("time ms", pa.time32("ms"), lambda: rng.randrange(86_400_000)),
        ("time us", pa.time64("us"), lambda: rng.randrange(86_400_000_000)),
        ("time ns", pa.time64("ns"), lambda: rng.randrange(86_400_000_000_000)),
        ("ms utc", pa.timestamp("ms", tz="UTC"), lambda: rng.randrange(-10**12, 2 * 10**12)),
        ("us", pa.timestamp("us"), lambda: rng.randrange(-10**15, 2 * 10**15)),
        ("ns utc", pa.timestamp("ns", tz="UTC"), lambda: rng.randrange(-10**18, 2 * 10**18)),
        ("category", pa.dictionary(pa.int32(), pa.string()), lambda: rng.choice(WORDS)),
        ("uuid", pa.uuid(), lambda: uuid.UUID(bytes=rng.randbytes(16)).bytes),
        ("json", pa.json_(), lambda: json.dumps({"n": rng.randrange(99)})),
        ("nothing", pa.null(), lambda: None),
        ("null text", pa.string(), lambda: None),
    ]


def nested_makers(rng, nulls):
    def number():
        return maybe(rng, nulls, lambda: rng.randrange(-1000, 1000))

    def word():
        return maybe(rng, nulls, lambda: rng.choice(WORDS))

    def point():
        return maybe(rng, nulls, lambda: {"x": number(), "y": {"z": word()}})

    inner = pa.struct([("x", pa.int32()), ("y", pa.struct([("z", pa.string())]))])
    required = pa.struct([pa.field("x", pa.int64(), False), pa.field("z", pa.string(), False)])
    return [
        ("point", inner, point),
        ("numbers", pa.list_(pa.int32()), lambda: some(rng, number)),
        ("required numbers", pa.list_(pa.field("element", pa.int32(), False)), lambda: some(rng, lambda: rng.randrange(9))),
        ("words of words", pa.list_(pa.list_(pa.string())), lambda: some(rng, lambda: maybe(rng, nulls, lambda: some(rng, word)))),
        ("points", pa.list_(inner), lambda: some(rng, point)),
        ("required points", pa.large_list(required), lambda: some(rng, lambda: {"x": rng.randrange(9), "z": text(rng)})),
        ("tags", pa.map_(pa.string(), pa.int64()), lambda: [(rng.choice(WORDS), number()) for _ in range(rng.randrange(4))]),
        ("deep", pa.map_(pa.string(), pa.list_(pa.struct([("m", pa.map_(pa.int32(), pa.bool_())), ("n", pa.float64())]))),
         lambda: [(text(rng), maybe(rng, nulls, lambda: some(rng, lambda: {
             "m": [(rng.randrange(9), rng.random() < 0.5)], "n": rng.random()}))) for _ in range(rng.randrange(3))]),
        ("struct of lists", pa.struct([("a", pa.list_(pa.int64())), ("b", pa.list_(pa.list_(pa.list_(pa.bool_()))))]),
         lambda: {"a": some(rng, number), "b": some(rng, lambda: some(rng, lambda: some(rng, lambda: rng.random() < 0.5)))}),
        ("pair", pa.list_(pa.int16(), 2), lambda: [rng.randrange(9), rng.randrange(9)]),
    ]


def array(kind, values):
    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(kind, pa.array(values, kind.storage_type))
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode()
    return pa.array(values, kind)


def table(rng, rows, nulls, nested=True):
    fields, arrays = [], []
    for name, kind, make in flat_makers(rng) + (nested_makers(rng, nulls) if nested else []):
        # pyarrow writes nothing for a null list of fixed size.
        share = 0 if name == "pair" else nulls
        fields.append(pa.field(name, kind))
        arrays.append(array(kind, [maybe(rng, share, make) for _ in range(rows)]))
    for name, kind, make in flat_makers(rng):
        if name in ("flag", "int64", "text", "fixed", "float32"):
            fields.append(pa.field(name + " required", kind, nullable=False))
            arrays.append(array(kind, [make() for _ in range(rows)]))
    return pa.table(arrays, schema=pa.schema(fields))


# Writers

ENCODINGS = {
    "delta": {
        "INT32": "DELTA_BINARY_PACKED", "INT64": "DELTA_BINARY_PACKED", "BYTE_ARRAY": "DELTA_LENGTH_BYTE_ARRAY",
        "BOOLEAN": "RLE"},
    "front": {"BYTE_ARRAY": "DELTA_BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY": "DELTA_BYTE_ARRAY"},
    "split": {
        "INT32": "BYTE_STREAM_SPLIT", "INT64": "BYTE_STREAM_SPLIT", "FLOAT": "BYTE_STREAM_SPLIT",
        "DOUBLE": "BYTE_STREAM_SPLIT", "FIXED_LEN_BYTE_ARRAY": "BYTE_STREAM_SPLIT"},
}
CODECS = ["none", "snappy", "gzip", "zstd", "lz4"]
SMALL_PAGES = {"data_page_size": 300, "write_batch_size": 16}


def column_encodings(data, by_type, **options):
    sink = pa.BufferOutputStream()
    pq.write_table(data.slice(0, 1), sink, **options)
    schema = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    columns = [schema.column(index) for index in range(len(schema))]
    # pyarrow cannot read dictionary arrays back from other encodings.
    by_type = {column.path: by_type.get(column.physical_type, "PLAIN") for column in columns}
    return by_type | {"category": "PLAIN"}


def by_pyarrow(folder, rng, rows):
    for version in ["1.0", "2.0"]:
        for codec in CODECS:
            for values in ["dictionary", "plain", *ENCODINGS]:
                name = f"pyarrow-v{version[0]}-{codec}-{values}"
                data = table(rng, rng.randrange(rows // 3, rows + 1), rng.choice([0, 0.1, 0.5]))
                types = {"store_decimal_as_integer": rng.random() < 0.5}
                options = {"use_dictionary": values == "dictionary"} | types
                if values in ENCODINGS:
                    options["column_encoding"] = column_encodings(data, ENCODINGS[values], **types)
                if rng.random() < 0.5:
                    options |= SMALL_PAGES
                pq.write_table(
                    data, f"{folder}/{name}.parquet", compression=codec, data_page_version=version,
                    row_group_size=max(1, rng.choice([rows, rows // 3])), write_page_index=rng.random() < 0.5,
                    write_page_checksum=rng.random() < 0.5, **options)
                yield name


def odd_by_pyarrow(folder, rng, rows):
    data = table(rng, 40, 0.2)

    def path(name):
        return f"{folder}/{name}.parquet"

    pq.write_table(data.slice(0, 0), path("no-rows"))
    yield "no-rows"
    with pq.ParquetWriter(path("no-row-groups"), data.schema):
        pass
    yield "no-row-groups"
    with pq.ParquetWriter(path("empty-row-groups"), data.schema) as writer:
        for part in (data.slice(0, 0), data.slice(0, 3), data.slice(0, 0), data.slice(3)):
            writer.write_table(part)
    yield "empty-row-groups"
    pq.write_table(data, path("a-row-a-group"), row_group_size=1, data_page_version="2.0")
    yield "a-row-a-group"
    nothing = pa.table([pa.nulls(500, field.type) for field in data.schema if field.nullable and field.name != "pair"],
                       names=[field.name for field in data.schema if field.nullable and field.name != "pair"])
    for version in ["1.0", "2.0"]:
        name = f"all-null-v{version[0]}"
        pq.write_table(nothing, path(name), data_page_version=version, compression="snappy", **SMALL_PAGES)
        yield name
    large = pa.table({
        "number": [rng.randrange(2**40) for _ in range(30_000)],
        "list": [[index] * (index % 3) for index in range(30_000)],
        "long": ["x" * rng.choice([1, 9])  for _ in range(29_999)] + ["long " * 200_000]})
    for codec in CODECS:
        pq.write_table(
            large, path(f"huge-page-{codec}"), use_dictionary=False, data_page_size=1 << 30, compression=codec)
        yield f"huge-page-{codec}"
    pq.write_table(
        table(rng, rows, 0.1, nested=False), path("int96"), use_deprecated_int96_timestamps=True, compression="gzip")
    yield "int96"


def by_fastparquet(folder, rng, rows):
    for codec in ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"]:
        name = f"fastparquet-{codec.lower()}"
        frame = pandas.DataFrame({
            "int": [rng.randrange(-99, 99) for _ in range(rows)],
            "small": pandas.array([maybe(rng, 0.2, lambda: rng.randrange(99)) for _ in range(rows)], dtype="Int16"),
            "float": [rng.choice([1.5, float("nan"), rng.random()]) for _ in range(rows)],
            "flag": [rng.random() < 0.5 for _ in range(rows)],
            "text": pandas.Series([maybe(rng, 0.2, lambda: text(rng)) for _ in range(rows)], dtype=object),
            "bytes": pandas.Series([maybe(rng, 0.2, lambda: rng.randbytes(4)) for _ in range(rows)], dtype=object),
            "time": pandas.to_datetime([rng.randrange(10**18) for _ in range(rows)]),
            "category": pandas.Categorical([rng.choice(["a", "b", "c"]) for _ in range(rows)]),
        })
        fastparquet.write(
            f"{folder}/{name}.parquet", frame, compression=codec, row_group_offsets=[0, rows // 2],
            object_encoding={"text": "utf8", "bytes": "bytes"}, times="int96" if codec == "SNAPPY" else "int64")
        yield name


def by_polars(folder, rng, rows):
    for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4"]:
        name = f"polars-{codec}"
        frame = polars.DataFrame({
            "int": polars.Series([maybe(rng, 0.2, lambda: rng.randrange(-99, 99)) for _ in range(rows)], dtype=polars.Int32),
            "wide": polars.Series([rng.randrange(2**63) for _ in range(rows)], dtype=polars.UInt64),
            "float": [maybe(rng, 0.2, rng.random) for _ in range(rows)],
            "flag": [maybe(rng, 0.2, lambda: rng.random() < 0.5) for _ in range(rows)],
            "text": [maybe(rng, 0.2, lambda: text(rng)) for _ in range(rows)],
            "category": polars.Series([rng.choice(["a", "b"]) for _ in range(rows)], dtype=polars.Categorical),
            "enum": polars.Series([rng.choice(["a", "b"]) for _ in range(rows)], dtype=polars.Enum(["a", "b"])),
            "day": [maybe(rng, 0.2, lambda: EPOCH + datetime.timedelta(days=rng.randrange(20_000))) for _ in range(rows)],
            "clock": [datetime.time(rng.randrange(24), 5, 6, 7) for _ in range(rows)],
            "time": [datetime.datetime(2025, 1, 1 + rng.randrange(28), 3, 4, 5, 6) for _ in range(rows)],
            "decimal": polars.Series([big_decimal(rng, 20, 3) for _ in range(rows)], dtype=polars.Decimal(30, 3)),
            "list": [maybe(rng, 0.2, lambda: some(rng, lambda: rng.randrange(99))) for _ in range(rows)],
            "struct": [{"a": text(rng), "b": some(rng, rng.random)} for _ in range(rows)],
        }, strict=False)
        frame.write_parquet(
            f"{folder}/{name}.parquet", compression=codec, row_group_size=max(1, rows // 2),
            data_page_size=rng.choice([None, 500]))
        yield name


def by_duckdb(folder, rng, rows):
    for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw"]:
        for version in ["V1", "V2"]:
            name = f"duckdb-{codec}-{version.lower()}"
            connection = duckdb.connect()
            connection.sql("set timezone = 'UTC'")
            connection.sql(f"select setseed({rng.random()})")
            connection.sql(f"""
                copy (select
                    if(i % 5 = 0, null, i * i - 70) as "int", (i % 7)::utinyint as "tiny", i % 3 = 0 as "flag",
                    if(i % 11 = 0, null, random()) as "double", (random() * 9)::float as "float",
                    (i * 1.25)::decimal(9, 2) as "decimal9", (i * -1.25)::decimal(18, 2) as "decimal18",
                    (i * -1.25)::decimal(38, 4) as "decimal38", 'request ' || (i * 1000003) as "text",
                    if(i % 4 = 0, null, 'word ' || (i % 4)) as "words", ('x' || i)::blob as "blob",
                    date '2025-01-01' + i::integer as "day", time '01:02:03.456' as "clock",
                    timestamp '2025-01-01' + interval (i) second as "time",
                    (timestamp '2025-01-01' + interval (i) second)::timestamptz as "time utc",
                    uuid() as "uuid", ('a' || (i % 2))::enum('a0', 'a1') as "enum", i * interval 1 day as "interval",
                    if(i % 6 = 0, null, range(i % 5)) as "list", [[i], null, []] as "lists",
                    {{'a': i, 'b': if(i % 2 = 0, null, ['x', null])}} as "struct",
                    map {{'k' || i: [i], 'l': null}} as "map"
                from range({rows}) t(i)) to '{folder}/{name}.parquet'
                (format parquet, codec '{codec}', parquet_version {version}, row_group_size 2048)""")
            yield name


def main():
    folder, seed = sys.argv[1], int(sys.argv[2])
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 120
    rng = random.Random(seed)
    for write in (by_pyarrow, odd_by_pyarrow, by_fastparquet, by_polars, by_duckdb):
        for name in write(folder, rng, rows):
            describe(f"{folder}/{name}.parquet", f"{folder}/{name}.ndjson", name)


if __name__ == "__main__":
    main()
