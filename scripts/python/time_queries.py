#!/usr/bin/env python3
"""Asks DuckDB what Benchmarks queries asked, over the same chunks, and prints both times side by side.

usage: time_queries.py DATA QUERIES RUNS < the lines that Benchmarks queries printed

Fails when an answer is not the same.
"""
import glob
import json
import os
import resource
import statistics
import sys
import time

import duckdb


def cell(value):
    """A value as the engine writes it, numbers as numbers."""
    if value is None:
        return ""
    text = value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value)
    try:
        return float(f"{float(text):.9g}")
    except ValueError:
        return text


def answer(rows):
    return sorted((tuple(cell(value) for value in row) for row in rows), key=str)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    data, queries, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    files = glob.glob(os.path.join(data, "data", "*", "*.parquet"))
    with open(queries, encoding="utf-8") as file:
        sql = {query["name"]: query["sql"] for query in json.load(file)}
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute(f"CREATE VIEW chunks AS SELECT * FROM read_parquet({files}, union_by_name = true)")
    print(f"DuckDB {duckdb.__version__}, {os.cpu_count()} cores; milliseconds, median of {runs}")
    names = ("cold", "warm", "CPU", "repeated", "CPU", "DuckDB", "CPU", "ratio")
    print(f"{'query':45}" + "".join(f"{name:>10}" for name in names))
    for line in sys.stdin:
        ours = json.loads(line)
        walls, cpus = [], []
        for _ in range(runs + 1):
            start, cpu_start = time.perf_counter(), cpu()
            result = connection.execute(sql[ours["name"]])
            rows = result.fetchall()
            walls.append((time.perf_counter() - start) * 1e3)
            cpus.append((cpu() - cpu_start) * 1e3)
        names = [column[0] for column in result.description]
        names = ["time" if name == "minute" else name for name in names]
        wall, used = statistics.median(walls[1:]), statistics.median(cpus[1:])
        times = [ours["cold"]["wallMilliseconds"]]
        for kind in "warm", "repeated":
            times += [ours[kind]["wallMilliseconds"], ours[kind]["cpuMilliseconds"]]
        times += [wall, used, wall / ours["warm"]["wallMilliseconds"]]
        print(f"{ours['name']:45}" + "".join(f"{number:10.1f}" for number in times), flush=True)
        if answer(rows) != answer([row.get(name) for name in names] for row in ours["rows"]):
            sys.exit(f"{ours['name']}: the answers are not the same: {rows[:3]} against {ours['rows'][:3]}")


if __name__ == "__main__":
    main()
