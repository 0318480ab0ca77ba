"""Reads Parquet files with ClickHouse (chdb) and Apache Spark and compares with pyarrow, value for value.

    read_elsewhere.py FILE...

Flat columns only, and for Spark none of the types that it refuses, such as UUID. Prints a line for each file and reader;
the exit status is 1 if anything differs. An engine that is not installed is named and left out, but one at least must be
there. scripts/elsewhere installs both, which is much to download, so no test needs them.
"""

import datetime
import math
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def plain(value):
    """A value without its type's ways: times and decimals as text, floats that compare."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    return value


def expected(path):
    """Columns as pyarrow reads them: times as microseconds, bytes as bytes."""
    columns = {}
    for field, column in zip((table := pq.read_table(path)).schema, table.columns):
        kind = field.type
        column = column.combine_chunks()
        if isinstance(kind, pa.BaseExtensionType):
            kind, column = kind.storage_type, column.storage
        if pa.types.is_timestamp(kind):
            column = pa.compute.floor_temporal(column, unit="microsecond").cast(pa.timestamp("us")).cast(pa.int64())
        if pa.types.is_string(kind) or pa.types.is_fixed_size_binary(kind):
            column = column.cast(pa.binary())
        columns[field.name] = (kind, [plain(value) for value in column.to_pylist()])
    return columns


def by_clickhouse(path, columns):
    import chdb
    found = {}
    for name, (kind, _) in columns.items():
        quoted = "`" + name.replace("`", "\\`") + "`"
        value = f"toUnixTimestamp64Micro(toDateTime64({quoted}, 6, 'UTC'))" if pa.types.is_timestamp(kind) else quoted
        if pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
            value = f"hex({quoted})"
        sql = f"select {value} as v from file('{path}', Parquet) settings max_threads = 1, input_format_parquet_preserve_order = 1"
        answer = chdb.query(sql, "ArrowStream").bytes()
        values = pa.ipc.open_stream(answer).read_all().column(0).to_pylist()
        if value.startswith("hex"):
            values = [value and bytes.fromhex(value.decode() if isinstance(value, bytes) else value) if value is not None else None
                      for value in values]
            values = [b"" if value == "" else value for value in values]
        if pa.types.is_time(kind):
            # A time on the first day of 1970.
            values = [value.time() if isinstance(value, datetime.datetime) else value for value in values]
        if pa.types.is_boolean(kind):
            values = [None if value is None else bool(value) for value in values]
        found[name] = [plain(value) for value in values]
    return found


def by_spark(path, columns):
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC").config("spark.sql.legacy.parquet.nanosAsLong", "true").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    frame = spark.read.parquet(path)
    kinds = dict(frame.dtypes)
    selected = []
    for name, (kind, _) in columns.items():
        column = F.col("`" + name.replace("`", "``") + "`")
        if kinds[name].startswith("timestamp"):
            column = F.unix_micros(column.cast("timestamp"))
        elif pa.types.is_timestamp(kind):
            # Spark has no nanoseconds and gives the number.
            number = "`" + name.replace("`", "``") + "`"
            column = F.expr(f"({number} - pmod({number}, 1000)) div 1000")
        elif kinds[name] == "string":
            column = F.encode(column, "UTF-8")
        selected.append(column.alias(f"c{len(selected)}"))
    rows = frame.select(*selected).collect()
    return {name: [plain(row[index]) for row in rows] for index, name in enumerate(columns)}


def main():
    engines, wrong = {"clickhouse": by_clickhouse, "spark": by_spark}, 0
    for module, engine in [("chdb", "clickhouse"), ("pyspark", "spark")]:
        try:
            __import__(module)
        except ImportError:
            print(f"{engine}: {module} is not installed")
            del engines[engine]
    if not engines:
        sys.exit("no engine to read with; run scripts/elsewhere")
    for path in map(os.path.abspath, sys.argv[1:]):
        columns = expected(path)
        for engine, read in engines.items():
            try:
                found = read(path, columns)
            except Exception as error:
                print(f"{engine}: {os.path.basename(path)}: cannot be read: {str(error).splitlines()[0]}")
                wrong += 1
                continue
            differences = [
                f"{name}, row {row}: {got!r} for {value!r}" for name, (_, values) in columns.items()
                for row, (got, value) in enumerate(zip(found[name], values)) if got != value]
            differences += [f"{name}: {len(found[name])} rows" for name, (_, values) in columns.items() if len(found[name]) != len(values)]
            rows = len(next(iter(columns.values()))[1])
            print(f"{engine}: {os.path.basename(path)}: {rows} rows, {len(columns)} columns, {len(differences)} differences")
            for difference in differences[:5]:
                print(f"  {difference}")
            wrong += len(differences)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
