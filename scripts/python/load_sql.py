"""Makes an SQLite database of a dump: load_sql.py DUMP DATABASE."""

import sqlite3
import sys

with open(sys.argv[1], encoding="utf-8") as dump:
    sqlite3.connect(sys.argv[2]).executescript(dump.read()).connection.close()
