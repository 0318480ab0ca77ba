"""Reads all Parquet files below a folder with pyarrow, such as those of apache/parquet-testing.

    read_corpus.py FOLDER OUTPUT

For each file a line as of write_variety.py, its path below FOLDER as the name, and its rows in OUTPUT/NUMBER.ndjson, which
number the line names; a file that pyarrow does not read has a line with its name and the error.
"""

import pathlib
import sys

from parquet_values import show
from write_variety import describe


def main():
    folder, output = pathlib.Path(sys.argv[1]), sys.argv[2]
    for number, path in enumerate(sorted(folder.rglob("*.parquet"))):
        name = str(path.relative_to(folder))
        try:
            describe(str(path), f"{output}/{number}.ndjson", name, number=number)
        except Exception as error:
            show(name=name, number=number, error=str(error).splitlines()[0])


if __name__ == "__main__":
    main()
