"""The conversation of a peer process with the driver: a request a line, an answer of lines ended by a dot.

Requests and answers are those of the runner (Benchmarks/Runner/main.swift): `query TEXT` is answered by nanoseconds and
a number of rows, then the rows as tab-separated cells. The clock runs around the query and the fetching of its rows,
never around their formatting.
"""

import datetime
import decimal
import sys
import time


def cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return str(value.toordinal() - datetime.date(1970, 1, 1).toordinal())
    if isinstance(value, decimal.Decimal):
        return str(int(value)) if value == int(value) else str(value)
    return str(value)


def serve(load, query, read_csv=None):
    """Answers `load FOLDER`, `query TEXT` and `import[-checked] PATH`; `query` gives rows as tuples."""
    requests = {
        "load": load, "query": query, "import": lambda path: read_csv(path, False),
        "import-checked": lambda path: read_csv(path, True)}
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        try:
            start = time.perf_counter_ns()
            rows = requests[word](rest)
            elapsed = time.perf_counter_ns() - start
            rows = rows or []
            answers.write(f"{elapsed} {len(rows)}\n")
            for row in rows:
                answers.write("\t".join(cell(value) for value in row) + "\n")
        except Exception as problem:  # the driver reports it beside the case
            answers.write("error " + " ".join(str(problem).split())[:300] + "\n")
        answers.write(".\n")
        answers.flush()
