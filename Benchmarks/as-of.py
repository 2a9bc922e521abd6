#!/usr/bin/env python3
"""What a question about the past costs: each question asked plainly and `as of` a day, on a million deals and their history.

The answers about the past are checked against DuckDB, which finds the last version of each deal by the end of the day in
the history's rows. Then the times are taken in one process, in turns, each round with another day, so that no answer
about the past is at hand (`another day`); once more for the day just asked (`same day`), whose book is kept until
something changes; for the first question of a new process (`first`), which has nothing at hand; and for a program that
is started for one question (`process`), from its start to the printed answer. The goal is at most 10 times the plain
question.

    RUNNER=.build-release/release/BenchmarkRunner DEALSH=.build-release/release/dealsh python3 Benchmarks/as-of.py [DEALS] [ROUNDS]

needs the Python package duckdb. BENCH_FOLDER keeps the data for the next run.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

from system import System, agree, canonical

runner = os.environ.get("RUNNER", ".build-release/release/BenchmarkRunner")
dealsh = os.environ.get("DEALSH", ".build-release/release/dealsh")
deals = int(sys.argv[1]) if len(sys.argv) > 1 else 1_130_000
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
GOAL = 10
OPEN = "('Initial Contact', 'Qualification', 'Demo Scheduled', 'Proposal Sent', 'Negotiation')"

folder = os.environ.get("BENCH_FOLDER") or tempfile.mkdtemp()
book = os.path.join(folder, f"as-of-{deals}.pipeline")
if not os.path.exists(book):
    subprocess.run([dealsh, "generate", "--deals", str(deals), "--seed", "1", "--today", "2026-11-23", book], check=True,
                   capture_output=True)
for name, query in (("d", "deals | show id, created"), ("h", "history of deals | show deal, at, stage, value, close, owner")):
    if not os.path.exists(f"{book}.{name}.csv"):
        subprocess.run([dealsh, book, "--no-init", "--today", "2026-11-23", "-c", f'{query} | save "{book}.{name}.csv"'],
                       check=True, capture_output=True)

# Title, the question (`@` is where `as of DAY` goes), and the same of the table `past` of one day; without SQL the answer
# follows from those that have it, and only its time is of interest.
QUESTIONS = [
    ("how many", "deals @ | count", "select count(*) from past"),
    ("value by stage", "deals @ | sum value by stage", "select stage, sum(value) from past group by stage"),
    ("open above $10k, value by owner", "open deals @ > $10k | sum value by owner",
     f"select owner, sum(value) from past where stage in {OPEN} and value > 1000000 group by owner"),
    ("value by owner, due this year", "open deals @ closing 2026 | count, sum value by owner",
     f"select owner, count(*), sum(value) from past where stage in {OPEN} and year(close) = 2026 group by owner"),
    ("the ten biggest", "open deals @ | top 10 by value | show value",
     f"select value from past where stage in {OPEN} and value is not null order by value desc limit 10"),
    ("board", "board @", None),
    ("funnel", "funnel @", None),
]
DAYS = [f"2026-{month:02}-{day:02}" for month in (10, 9, 8, 7, 6, 5) for day in (28, 19, 10, 3)]

db = duckdb.connect()
db.execute(f"create table deals as select * from read_csv('{book}.d.csv', types = {{'id': 'VARCHAR'}})")
db.execute(f"""create table history as select row_number() over () as version, deal, "at", stage, owner, close,
    (value * 100)::bigint as value from read_csv('{book}.h.csv', types = {{'deal': 'VARCHAR', 'value': 'DECIMAL(18,2)'}})""")
version_count = db.execute("select count(*) from history").fetchone()[0]


def start():
    system = System("dealsh", [runner], folder)
    system.ask(f"open {book}")
    return system


def check(system, day):
    """Ends the run if an answer about the day is not what DuckDB finds."""
    db.execute(f"""create or replace table past as select d.id, v.* from deals d left join (
        select * from history where version in (select max(version) from history where "at" <= '{day}' group by deal)
        ) v on v.deal = d.id where d.created <= '{day}'""")
    for title, text, sql in QUESTIONS:
        if sql is None:
            continue
        _, rows = system.ask("query " + text.replace("@", f"as of {day}"))
        theirs = [["" if cell is None else str(cell) for cell in row] for row in db.execute(sql).fetchall()]
        ours, theirs = canonical(rows, 0, set()), canonical(theirs, 0, set())
        if not agree(ours, theirs, 0):
            sys.exit(f"{title} as of {day}: the answers differ:\n{ours[:5]}\n{theirs[:5]}")


def first(text):
    system = start()
    elapsed, _ = system.ask("query " + text)
    system.close()
    return elapsed / 1e6


def process(text):
    began = time.perf_counter()
    subprocess.run([dealsh, book, "--no-init", "--today", "2026-11-23", "-c", text], check=True, capture_output=True)
    return (time.perf_counter() - began) * 1e3


system = start()
for day in DAYS[:2]:
    check(system, day)
NAMES = ("plain", "another", "same", "first plain", "first past", "process plain", "process past")
times = {title: {name: [] for name in NAMES} for title, _, _ in QUESTIONS}
for turn in range(rounds):
    for place, (title, text, _) in enumerate(QUESTIONS):
        day = f"as of {DAYS[(turn * len(QUESTIONS) + place) % len(DAYS)]}"
        plain, past = text.replace("@ ", "").replace(" @", ""), text.replace("@", day)
        taken = times[title]
        for name, question in (("plain", plain), ("another", past), ("same", past)):
            taken[name].append(system.ask("query " + question)[0] / 1e6)
        if turn < 5:
            taken["first plain"].append(first(plain))
            taken["first past"].append(first(past))
            taken["process plain"].append(process(plain))
            taken["process past"].append(process(past))
system.close()

print(f"{deals:,} deals · {version_count:,} versions · answers checked · medians of {rounds} rounds, ms\n")
print("| question | plain | another day | ÷ | same day | ÷ | first, plain | first, as of | ÷ "
      "| process, plain | process, as of | ÷ |")
print("|---|" + "---:|" * 11)
for title, _, _ in QUESTIONS:
    plain, another, same, first_plain, first_past, process_plain, process_past = (
        statistics.median(one) for one in times[title].values())
    mark = lambda ratio: f"{ratio:.1f}" + (" ✗" if ratio > GOAL else "")
    print(f"| {title} | {plain:.2f} | {another:.2f} | {mark(another / plain)} | {same:.2f} | {mark(same / plain)} "
          f"| {first_plain:.1f} | {first_past:.1f} | {mark(first_past / first_plain)} "
          f"| {process_plain:.1f} | {process_past:.1f} | {mark(process_past / process_plain)} |")
