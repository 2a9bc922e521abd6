"""Polars in its best honest form: one frame in memory, categoricals for categories, the faster of its two engines."""

import os

os.environ["POLARS_MAX_THREADS"] = "2"  # read when the module is imported

import time  # noqa: E402

import polars as pl  # noqa: E402

import protocol  # noqa: E402

CATEGORIES = ["stage", "owner", "source", "product", "type", "reason", "account"]
names = {"pl": pl}
best = {}


def load(folder):
    deals = pl.read_parquet(f"{folder}/deals.parquet").with_columns(pl.col(CATEGORIES).cast(pl.Categorical))
    accounts = pl.read_parquet(f"{folder}/accounts.parquet").with_columns(
        pl.col(["account", "sector"]).cast(pl.Categorical))
    names["deals"] = deals.rechunk().lazy()
    names["accounts"] = accounts.rechunk().lazy()


def read_csv(path, checked):
    """A CSV as a typed frame; checked: with categoricals and a unique id."""
    frame = pl.read_csv(path, try_parse_dates=True,
                        schema_overrides={"value": pl.Decimal(18, 2), "probability": pl.Float64})
    if checked:
        frame = frame.with_columns(pl.col(CATEGORIES).cast(pl.Categorical))
        if not frame["id"].n_unique() == frame.height:
            raise ValueError("an id twice")


def run(text, engine):
    return eval(text, names).collect(engine=engine).rows()


def query(text):
    if text not in best:
        # Both are warmed and tried before the first answer that counts.
        times = []
        for engine in ("in-memory", "streaming"):
            run(text, engine)
            start = time.perf_counter_ns()
            run(text, engine)
            times.append((time.perf_counter_ns() - start, engine))
        best[text] = min(times)[1]
    return run(text, best[text])


if __name__ == "__main__":
    protocol.serve(load, query, read_csv)
