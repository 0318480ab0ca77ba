"""Asks a collector for what was shipped to it, and compares with the files: counts by service, ten traces row by row.

usage: check_corpus.py URL FILE...
"""
import collections
import sys
import urllib.parse
import urllib.request

from records import canonical, flatten, lines, load


def ask(url, query):
    form = urllib.parse.urlencode({"query": query, "limit": 0}).encode()
    with urllib.request.urlopen(url + "/query", form) as answer:
        return [load(line) for line in answer.read().decode().splitlines()]


def main(url, *files):
    rows = [flatten(load(line)) for file in files for line in lines(file)]
    expected = collections.Counter(row["service"] for row in rows)
    answer = ask(url, "* | stats by (service) count() rows")
    found = {row["service"]: int(row["rows"]) for row in answer}
    if found != dict(expected):
        for service in sorted(set(found) | set(expected)):
            if found.get(service) != expected.get(service):
                print(f"{service!r}: {found.get(service)} rows found, {expected.get(service)} shipped")
        return 1
    traces = collections.defaultdict(list)
    for row in rows:
        traces[row.get("trace_id", "")].append(row)
    traces.pop("", None)
    by_size = sorted(traces, key=lambda trace: (-len(traces[trace]), trace))
    chosen = by_size[:: max(1, len(by_size) // 10)][:10]
    for trace in chosen:
        found = sorted(canonical(row) for row in ask(url, f'trace_id:="{trace}"'))
        wanted = sorted(canonical(row) for row in traces[trace])
        if found != wanted:
            print(f"trace {trace}: {len(found)} rows found, {len(wanted)} shipped")
            for row in (set(found) ^ set(wanted)):
                print("found:  " if row in found else "shipped:", row)
            return 1
    compared = sum(len(traces[trace]) for trace in chosen)
    print(f"{len(rows)} rows, {len(expected)} services, {len(chosen)} traces with {compared} rows: equal")
    return 0


sys.exit(main(*sys.argv[1:]))
