"""The same data for everybody: a generated book, its deals and accounts as CSV and as Parquet with whole cents."""

import os
import pathlib
import subprocess

COLUMNS = "id, name, stage, account, owner, source, product, type, reason, value, probability, created, close, closed"


def prepare(folder, deal_count, dealsh):
    """Makes what is missing; gives the folder of this size."""
    place = pathlib.Path(folder) / str(deal_count)
    place.mkdir(parents=True, exist_ok=True)
    book = place / "book.pipeline"
    if not book.exists():
        run([dealsh, "generate", "--deals", str(deal_count), "--seed", "1", "--today", "2026-11-23", str(book)])
    if not (place / "deals.parquet").exists():
        # The import case reads this file, too.
        run([dealsh, str(book), "--today", "2026-11-23", "-c", f'deals | show {COLUMNS} | save "{place}/deals.csv"',
             "-c", f'accounts | save "{place}/accounts.csv"'])
        import duckdb
        base = duckdb.connect()
        base.execute("SET threads = 2")
        base.execute("SET preserve_insertion_order = true")
        base.execute(
            f"COPY (SELECT * REPLACE (CAST(value * 100 AS BIGINT) AS value) FROM read_csv('{place}/deals.csv', "
            "header = true, sample_size = 200000, types = {'id': 'VARCHAR', 'value': 'DECIMAL(18,2)', "
            "'created': 'DATE', 'close': 'DATE', 'closed': 'DATE', 'reason': 'VARCHAR'})) "
            f"TO '{place}/deals.part' (FORMAT parquet, ROW_GROUP_SIZE 122880)")
        base.execute(
            f"COPY (FROM read_csv('{place}/accounts.csv', header = true)) TO '{place}/accounts.parquet' (FORMAT parquet)")
        os.replace(place / "deals.part", place / "deals.parquet")
        if deal_count > 2_000_000:
            os.remove(place / "deals.csv")
    return place


def run(command):
    subprocess.run([str(one) for one in command], check=True, stdout=subprocess.DEVNULL)
