"""What a line of JSON means to Lockstitch, said independently in Python: flat fields, missing for null, time in ns."""
import datetime
import gzip
import json
import re


class Number(str):
    """A number, kept as the text that came in."""


def load(line):
    return json.loads(line, parse_int=Number, parse_float=Number)


def flatten(record, prefix=""):
    fields = {}
    for key, value in record.items():
        if value is None:
            continue
        if isinstance(value, dict) and value:
            fields.update(flatten(value, prefix + key + "."))
        else:
            fields[prefix + key] = value
    return fields


def nanoseconds(text):
    """Nanoseconds since 1970 of an RFC 3339 time in UTC, with or without a Z."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?", text)
    seconds = datetime.datetime.fromisoformat(match.group(1)).replace(tzinfo=datetime.timezone.utc).timestamp()
    return int(seconds) * 10**9 + int((match.group(2) or "").ljust(9, "0"))


def canonical(fields):
    """A row as text that is the same for the same row."""
    row = dict(fields)
    row["time"] = nanoseconds(row["time"])
    return json.dumps({key: [type(value).__name__, value] for key, value in row.items()}, sort_keys=True)


def lines(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        yield from file
