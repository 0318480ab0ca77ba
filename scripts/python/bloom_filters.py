"""Bloom filters as DuckDB writes and reads them.

    bloom_filters.py write FILE            a file whose columns have filters; its values are those of ROWS below
    bloom_filters.py probe FILE COLUMN VALUE...
                                           for each value a line: the row groups that DuckDB excludes by COLUMN's filter
"""

import sys

import duckdb

# Few values many times, since DuckDB writes a filter only with a dictionary.
ROWS = """
    select i % 50 * 1000 as "int64", (i % 50 * 7)::integer as "int32", 'word ' || (i % 50) as "text", (i % 50 / 4)::double as "double",
        (i % 50 / 4)::float as "float", ('x' || (i % 50))::blob as "raw"
    from range(5000) t(i)"""


def main():
    path = sys.argv[2]
    connection = duckdb.connect()
    if sys.argv[1] == "write":
        connection.sql(f"copy ({ROWS}) to '{path}' (format parquet, row_group_size 2048, dictionary_size_limit 1000)")
        return
    column = sys.argv[3]
    kind = connection.sql(f'select typeof("{column}") from \'{path}\' limit 1').fetchall()[0][0]
    for value in sys.argv[4:]:
        excluded = connection.sql(
            f"select bloom_filter_excludes from parquet_bloom_probe('{path}', '{column}', $value::{kind}) order by row_group_id",
            params={"value": value}).fetchall()
        print(",".join("true" if row[0] else "false" for row in excluded))


if __name__ == "__main__":
    main()
