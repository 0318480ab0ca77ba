"""Prints what pyarrow, DuckDB and polars read from a Parquet file with flat columns, one JSON object a line.

    parquet_values.py FILE

{"row": [cell, ...]}  for each row, as pyarrow reads it, page checksums verified. A cell is null, a decimal integer,
                      "true", "false", the bits of a float in hex, or the bytes of a string or binary value in hex.
{"chunk": {...}}      for each column chunk: its encodings, and its statistics as raw cells.
{"file": {...}}       the footer: rows, row groups, key-value metadata, sorting columns.
{"duckdb": {...}}     rows that DuckDB counts, cells in which it differs from pyarrow, and filters for which it finds
                      another number of rows, which happens when statistics are wrong.
{"polars": {...}}     cells in which polars differs from pyarrow.
"""

import json
import struct
import sys

import duckdb
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def plain(array):
    """The column as one array of a type without meaning: integers, floats, booleans or bytes."""
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    if pa.types.is_timestamp(array.type) or pa.types.is_time64(array.type):
        array = array.cast(pa.int64())
    if pa.types.is_date32(array.type) or pa.types.is_time32(array.type):
        array = array.cast(pa.int32())
    if pa.types.is_float16(array.type):
        array = array.view(pa.binary(2))
    if pa.types.is_decimal(array.type):
        # Digits without a point.
        values = [value and "".join(filter(lambda digit: digit in "-0123456789", f"{value:f}")) for value in array.to_pylist()]
        array = pa.array([value and int(value) for value in values], pa.int64())
    return array


def cell(value, is_single=False):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return struct.pack(">f" if is_single else ">d", value).hex()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return value.encode().hex()
    return str(value)


def cells(array):
    array = plain(array)
    is_single = pa.types.is_float32(array.type)
    return [cell(value, is_single) for value in array.to_pylist()]


def show(**line):
    print(json.dumps(line, separators=(",", ":")))


def exactness(connection, path):
    """Whether least and greatest value are exact, by row group and column; pyarrow does not tell."""
    rows = connection.sql(
        "select row_group_id, column_id, min_is_exact, max_is_exact from parquet_metadata(?)",
        params=[path]).fetchall()
    return {(group, column): (least, greatest) for group, column, least, greatest in rows}


def show_chunks(metadata, exact):
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            column = metadata.row_group(group).column(index)
            is_single = column.physical_type == "FLOAT"
            statistics = column.statistics
            bounds = statistics is not None and statistics.has_min_max
            show(chunk={
                "rowGroup": group, "column": column.path_in_schema, "encodings": list(column.encodings),
                "compression": column.compression, "nullCount": statistics and statistics.null_count,
                "min": cell(statistics.min_raw, is_single) if bounds else None,
                "max": cell(statistics.max_raw, is_single) if bounds else None,
                "isMinExact": exact[group, index][0], "isMaxExact": exact[group, index][1],
                "hasColumnIndex": column.has_column_index, "hasOffsetIndex": column.has_offset_index,
                "byteCount": column.total_compressed_size,
            })


def duckdb_column(connection, path, name, arrow_type):
    quoted = '"' + name.replace('"', '""') + '"'
    value = f"epoch_ns({quoted})" if pa.types.is_timestamp(arrow_type) else quoted
    if getattr(arrow_type, "extension_name", "") == "arrow.uuid":
        value = f"unhex(replace({quoted}::varchar, '-', ''))"
    found = connection.sql(f"select {value} as v from read_parquet(?)", params=[path]).to_arrow_table().column(0)
    is_wider = pa.types.is_float16(arrow_type) or pa.types.is_time32(arrow_type)
    return found.cast(arrow_type) if is_wider else found


def polars_differences(path, table, columns):
    differences = 0
    frame = polars.read_parquet(path)
    for field, expected in zip(table.schema, columns):
        got = frame[field.name].to_arrow()
        is_extension = isinstance(field.type, pa.BaseExtensionType)
        got = cells(got.cast(field.type.storage_type if is_extension else field.type))
        differences += abs(len(got) - len(expected)) + sum(a != b for a, b in zip(got, expected))
    return differences


def wrong_filters(connection, path, name, array):
    """How many of three `column = value` filters find another number of rows than pyarrow."""
    if array.type not in (pa.int64(), pa.int32(), pa.uint64(), pa.uint32(), pa.string(), pa.binary()):
        return 0
    array = plain(array)
    values = sorted(value for value in array.to_pylist() if value is not None)
    wrong = 0
    for value in {values[0], values[len(values) // 2], values[-1]} if values else ():
        expected = pc.sum(pc.equal(array, pa.scalar(value, array.type))).as_py()
        sql = f'select count(*) from read_parquet(?) where "{name}" = ?'
        wrong += connection.sql(sql, params=[path, value]).fetchall()[0][0] != expected
    return wrong


def main():
    path = sys.argv[1]
    connection = duckdb.connect()
    file = pq.ParquetFile(path, page_checksum_verification=True)
    table = file.read()
    columns = [cells(column) for column in table.columns]
    for row in zip(*columns):
        show(row=row)
    metadata = file.metadata
    show_chunks(metadata, exactness(connection, path))
    show(file={
        "rows": metadata.num_rows, "createdBy": metadata.created_by,
        "rowGroups": [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)],
        "keyValues": {key.decode(): value.decode() for key, value in (metadata.metadata or {}).items()},
        "sortingColumns": [
            [[column.column_index, column.descending, column.nulls_first]
             for column in metadata.row_group(group).sorting_columns]
            for group in range(metadata.num_row_groups)],
        "types": [str(field.type) for field in table.schema],
    })
    differences = filters = 0
    for field, column, expected in zip(table.schema, table.columns, columns):
        got = cells(duckdb_column(connection, path, field.name, field.type))
        differences += abs(len(got) - len(expected)) + sum(a != b for a, b in zip(got, expected))
        filters += wrong_filters(connection, path, field.name, column)
    rows = connection.sql("select count(*) from read_parquet(?)", params=[path]).fetchall()[0][0]
    show(duckdb={"rows": rows, "differences": differences, "wrongFilters": filters})
    show(polars={"differences": polars_differences(path, table, columns)})


if __name__ == "__main__":
    main()
