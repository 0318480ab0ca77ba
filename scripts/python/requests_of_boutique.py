"""Requests of Online Boutique, read from its files: ids, a session, and the number of records.

Two ids in one record belong together; a request is all that are joined like that. Prints a few of them as JSON.
"""

import json
import sys

FIELDS = ("trace_id", "http.req.id")


def main():
    records = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            records += [json.loads(line) for line in lines if line.strip()]
    parents = {}

    def root(name):
        while parents.setdefault(name, name) != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    def ids(record):
        return [record[field].lower() for field in FIELDS if record.get(field)]

    for record in records:
        names = ids(record)
        for name in names:
            parents[root(name)] = root(names[0])
    requests = {}
    seen = set()
    for record in records:
        names = ids(record)
        if not names:
            continue
        request = requests.setdefault(root(names[0]), {"ids": set(), "records": 0, "session": None})
        request["ids"].update(names)
        request["session"] = request["session"] or record.get("session")
        # A span that was sent again is one span.
        if record.get("duration_ns") is not None:
            content = json.dumps(record, sort_keys=True)
            if content in seen:
                continue
            seen.add(content)
        request["records"] += 1
    joined = [request for request in requests.values() if len(request["ids"]) > 1 and request["session"]]
    step = max(1, len(joined) // 5)
    chosen = [{**request, "ids": sorted(request["ids"])} for request in joined[::step][:5]]
    json.dump(chosen, sys.stdout)


main()
