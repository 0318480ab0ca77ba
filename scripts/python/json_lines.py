"""Judges lines of JSON by Python's own parser: json_lines.py FILE.

For each line of FILE it prints {"ok": {name: [kind, text]}}, the object flattened with dots, or {"error": reason}.
A kind is "string", "number", "bool" or "json" (an array or an empty object, as compact text with its numbers and the
order of its keys unchanged). Of a repeated name the last value wins, and null means missing.

On purpose other than json.loads, since RFC 8259 has it so or the collector says so: NaN and Infinity are errors, so is
half of a surrogate pair, so is anything but an object, and so is a carriage return before the object.
"""
import json
import re
import sys

from records import Number

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Object(list):
    """The members of an object, in order, with repeated names."""


def check(text):
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half of a surrogate pair")
    return text


def refuse(name):
    raise ValueError(name)


def quoted(text):
    return '"' + re.sub('["\\\\\x00-\x1f]', lambda m: ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", check(text)) + '"'


def compact(value):
    if isinstance(value, Number):
        return value
    if isinstance(value, Object):
        return "{" + ",".join(f"{quoted(name)}:{compact(member)}" for name, member in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, str):
        return quoted(value)
    return {None: "null", True: "true", False: "false"}[value]


def flatten(members, prefix, fields):
    for name, value in members:
        path = prefix + check(name)
        if isinstance(value, Object) and value:
            flatten(value, path + ".", fields)
            continue
        fields.pop(path, None)
        if isinstance(value, Number):
            fields[path] = ["number", value]
        elif isinstance(value, str):
            fields[path] = ["string", check(value)]
        elif isinstance(value, bool):
            fields[path] = ["bool", compact(value)]
        elif value is not None:
            fields[path] = ["json", compact(value)]
    return fields


def judge(line):
    if line.lstrip(b" \t").startswith(b"\r"):
        raise ValueError("a carriage return before the object")
    record = json.loads(
        line.decode("utf-8"), parse_int=Number, parse_float=Number, parse_constant=refuse, object_pairs_hook=Object)
    if not isinstance(record, Object):
        raise ValueError("no object")
    return flatten(record, "", {})


def main():
    with open(sys.argv[1], "rb") as file:
        for line in file.read().split(b"\n")[:-1]:
            try:
                answer = {"ok": judge(line)}
            except ValueError as error:
                answer = {"error": str(error)}
            print(json.dumps(answer))


if __name__ == "__main__":
    main()
