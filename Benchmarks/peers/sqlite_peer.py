"""SQLite, for what it is made for: one row by its index. A table in memory with an index on the id."""

import sqlite3

import pyarrow.parquet

import protocol

base = sqlite3.connect(":memory:")


def load(folder):
    base.execute("CREATE TABLE deals (id TEXT PRIMARY KEY, value INTEGER, stage TEXT) WITHOUT ROWID")
    for batch in pyarrow.parquet.ParquetFile(f"{folder}/deals.parquet").iter_batches(
            65536, columns=["id", "value", "stage"]):
        base.executemany("INSERT INTO deals VALUES (?, ?, ?)", zip(*(column.to_pylist() for column in batch.columns)))
    base.commit()


def query(text):
    return base.execute(text).fetchall()


if __name__ == "__main__":
    protocol.serve(load, query)
