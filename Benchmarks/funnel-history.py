#!/usr/bin/env python3
"""A funnel over a million deals and their history, side by side with DuckDB.

Both sides answer the same definition: a deal reached the furthest open stage it ever entered and all before it, a won
deal reached all; distinct deals, present values. The answers are compared, then the times: the best of several rounds,
taken in turns. dealsh is timed within one process (eleven funnels less one, divided by ten), DuckDB by its best of
several formulations on tables in memory with whole-number stages.

    DEALSH=.build/release/dealsh python3 Benchmarks/funnel-history.py [DEALS] [ROUNDS]

needs the Python package duckdb.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile
import time

import duckdb

dealsh = os.environ.get("DEALSH", ".build/release/dealsh")
deals = int(sys.argv[1]) if len(sys.argv) > 1 else 1_130_000
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
stages = ["Initial Contact", "Qualification", "Demo Scheduled", "Proposal Sent", "Negotiation", "Closed Won",
          "Closed Lost"]
WON, OPEN = 5, 5  # the position of the won stage; positions below OPEN are open

work = tempfile.mkdtemp()
book = os.path.join(work, "big.pipeline")


def run(*statements, format="csv"):
    words = [dealsh, book, "--no-init", "-F", format]
    for statement in statements:
        words += ["-c", statement]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


subprocess.run([dealsh, "generate", "--deals", str(deals), "--seed", "1", book], check=True, capture_output=True)
run(f'deals | show id, stage, value | save "{work}/d.csv"')
run(f'history of deals | show deal, stage | save "{work}/h.csv"')

db = duckdb.connect()
db.execute("set threads to %d" % len(os.sched_getaffinity(0)))
names = ", ".join("('%s', %d)" % (name, place) for place, name in enumerate(stages))
db.execute(f"create table s as select col0 as name, col1::utinyint as pos from (values {names})")
db.execute(f"""create table deals as select row_number() over ()::integer as deal, id, s.pos as pos,
    (value * 100)::bigint as cents from read_csv('{work}/d.csv', types = {{'value': 'DECIMAL(18,2)'}}) d
    join s on s.name = d.stage order by id""")
db.execute(f"""create table history as select d.deal as deal, s.pos as pos from read_csv('{work}/h.csv') h
    join s on s.name = h.stage join deals d on d.id = h.deal order by d.deal""")
rows = db.execute("select count(*) from history").fetchone()[0]

cube = """select pos, far, count(*) as n, sum(cents) as cents from (
    select d.pos, d.cents, case when d.pos = 5 then 5
        else greatest(coalesce(f.far, -1), case when d.pos < 5 then d.pos::tinyint else -1 end) end as far
    from deals d left join (%s) f using (deal)) group by all"""
formulations = {
    "max of open stages": cube % "select deal, max(pos)::tinyint as far from history where pos < 5 group by deal",
    "max with a filter": cube % "select deal, max(pos) filter (where pos < 5)::tinyint as far from history group by deal",
    "max of a case": cube % "select deal, max(case when pos < 5 then pos::tinyint else -1 end) as far from history group by deal",
    "one group of both": """select pos, case when pos = 5 then 5 else far end as far, count(*) as n, sum(cents) as cents
        from (select deal, max(far) as far, max(pos) as pos, max(cents) as cents from (
            select deal, case when pos < 5 then pos::tinyint else -1 end as far, null as pos, null as cents from history
            union all select deal, case when pos < 5 then pos::tinyint else -1 end, pos, cents from deals)
            group by deal) group by all""",
}


def funnel(cells):
    """reached, moved on, lost here, still here, cents by stage, from (place, furthest, count, cents)."""
    table = [[0] * 5 for _ in stages[:6]]
    for pos, far, count, cents in cells:
        for place in range(6):
            if far < place:
                continue
            row = table[place]
            row[0] += count
            row[4] += cents or 0
            if far > place:
                row[1] += count
            elif pos == 6:
                row[2] += count
            elif pos < OPEN:
                row[3] += count
    return table


def answer():
    table = []
    for row in csv.DictReader(io.StringIO(run("funnel"))):
        if row["stage"] in stages:
            table.append([int(row["reached"]), int(row["moved_on"] or 0), int(row["lost_here"] or 0),
                          int(row["still_here"] or 0), round(float(row["value"]) * 100)])
    return table


ours = answer()
for name, sql in formulations.items():
    theirs = funnel(db.execute(sql).fetchall())
    if theirs != ours:
        sys.exit(f"the answers differ ({name}):\n{ours}\n{theirs}")


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


best = {name: float("inf") for name in formulations}
own = float("inf")
for _ in range(rounds):
    for name, sql in formulations.items():
        best[name] = min(best[name], timed(lambda: db.execute(sql).fetchall()))
    one = timed(lambda: run("funnel"))
    many = timed(lambda: run(*["funnel"] * 11))
    own = min(own, max(many - one, 0.0001) / 10)

print(f"deals {deals:,} · history rows {rows:,} · same answers")
for name, seconds in sorted(best.items(), key=lambda item: item[1]):
    print(f"duckdb {duckdb.__version__}  {name:20}  {seconds * 1000:8.1f} ms")
fastest = min(best.values())
print(f"dealsh                               {own * 1000:8.1f} ms   ratio {own / fastest:.2f}")
