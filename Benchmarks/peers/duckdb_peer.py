"""DuckDB in its best honest form: native tables in memory, enums for categories, an index on the id."""

import duckdb

import protocol

THREADS = 2
ENUMS = ["stage", "owner", "source", "product", "type", "reason", "account"]
base = duckdb.connect()
base.execute(f"SET threads = {THREADS}")


def create(connection, folder):
    """The tables of the cases, from the common files."""
    files = f"{folder}/deals.parquet"
    for name in ENUMS:
        connection.execute(
            f"CREATE TYPE {name}_t AS ENUM (SELECT DISTINCT {name} FROM '{files}' WHERE {name} IS NOT NULL ORDER BY 1)")
    chosen = ", ".join(f"CAST({name} AS {name}_t) AS {name}" for name in ENUMS)
    connection.execute(f"CREATE TABLE deals AS SELECT * REPLACE ({chosen}) FROM '{files}'")
    connection.execute("CREATE UNIQUE INDEX deals_id ON deals (id)")
    connection.execute(
        "CREATE TYPE sector_t AS ENUM (SELECT DISTINCT sector FROM "
        f"'{folder}/accounts.parquet' WHERE sector IS NOT NULL ORDER BY 1)")
    connection.execute(
        "CREATE TABLE accounts AS SELECT CAST(account AS account_t) AS account, CAST(sector AS sector_t) AS sector, "
        f"region, country, employees FROM '{folder}/accounts.parquet' WHERE account IN (SELECT account::VARCHAR FROM deals)")
    connection.execute("ANALYZE")


TYPES = "types = {'id': 'VARCHAR', 'value': 'DECIMAL(18,2)', 'created': 'DATE', 'close': 'DATE', 'closed': 'DATE'}"


def read_csv(path, checked):
    """A CSV as a typed table; checked: with enums for categories and a unique id."""
    base.execute("DROP TABLE IF EXISTS imported")
    if not checked:
        base.execute(f"CREATE TABLE imported AS FROM read_csv('{path}', header = true, {TYPES})")
        return
    base.execute(f"CREATE OR REPLACE TEMP TABLE typed AS FROM read_csv('{path}', header = true, {TYPES})")
    for name in ENUMS:
        base.execute(f"DROP TYPE IF EXISTS {name}_i")
        base.execute(f"CREATE TYPE {name}_i AS ENUM (SELECT DISTINCT {name} FROM typed WHERE {name} IS NOT NULL)")
    chosen = ", ".join(f"CAST({name} AS {name}_i) AS {name}" for name in ENUMS)
    base.execute(f"CREATE TABLE imported AS SELECT * REPLACE ({chosen}) FROM typed")
    if base.execute("SELECT count(DISTINCT id) != count(*) FROM imported").fetchone()[0]:
        raise ValueError("an id twice")


def load(folder):
    create(base, folder)


def query(text):
    return base.execute(text).fetchall()


if __name__ == "__main__":
    protocol.serve(load, query, read_csv)
