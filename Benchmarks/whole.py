"""Whole-process cases: from the start of a program to its last byte, and what a book costs to open, import and save."""

import os
import pty
import shutil
import statistics
import subprocess
import time
import zlib

COLD_PQL = "deals in Negotiation | count, sum value by owner"
COLD_SQL = "SELECT owner, count(*), sum(value) FROM deals WHERE stage = 'Negotiation' GROUP BY owner"


def seconds(command, count):
    """Times of the whole process, its output read to the end."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return times


def interleaved(commands, count):
    """Medians of commands that take turns."""
    times = {name: [] for name in commands}
    for _ in range(count):
        for name, command in commands.items():
            times[name] += seconds(command, 1)
    return {name: statistics.median(all_times) for name, all_times in times.items()}


def to_prompt(command, prompt):
    """Seconds from the start of a program at a terminal to its prompt."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm", HOME="/nonexistent")
        os.execv(command[0], command)
    seen = b""
    try:
        while prompt not in seen:
            piece = os.read(terminal, 65536)
            if not piece:
                break
            seen += piece
    except OSError:
        pass
    elapsed = time.perf_counter() - start
    os.close(terminal)
    os.waitpid(pid, 0)
    return elapsed


def empty_program(folder):
    """An empty Swift program, linked like dealsh."""
    program = os.path.join(folder, "empty")
    if not os.path.exists(program):
        source = program + ".swift"
        with open(source, "w") as file:
            file.write('print("deals> ")\n')
        subprocess.run(["swiftc", "-O", "-static-stdlib", source, "-o", program], check=True, cwd=folder)
    return program


def starts(dealsh, book, folder, count=15):
    """Medians of start to prompt: dealsh on the book, and the empty program."""
    empty = empty_program(folder)
    times = {"dealsh": [], "empty": []}
    for _ in range(count):
        times["dealsh"].append(to_prompt([dealsh, "--no-init", "--no-history", str(book)], b"deals> "))
        times["empty"].append(to_prompt([empty], b"deals> "))
    return {name: statistics.median(all_times) for name, all_times in times.items()}


def duckdb_program():
    """The real binary: what pip puts on the path is a Python program around it."""
    import duckdb_cli
    return os.path.join(os.path.dirname(duckdb_cli.__file__), "duckdb")


def into_memory(path):
    """The file as one long reading leaves it in memory. How it came there before (written in pieces, read by a mapping, driven
    out in parts) decides in what pieces the system maps it, by which a process took up to 2 ms more or less."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while file.read(1 << 20):
            pass


def cold(dealsh, place, count=9):
    """One filtered group-by by a fresh process on its own saved file, which lies in memory; the duckdb file is written by the
    program that reads it."""
    duckdb = duckdb_program()
    file = place / "deals.duckdb"
    if not file.exists():
        # Not the account: its type of a million names would be read at every start.
        enums = ["stage", "owner", "source"]
        script = "".join(
            f"CREATE TYPE {one}_t AS ENUM (SELECT DISTINCT {one} FROM '{place}/deals.parquet' WHERE {one} IS NOT NULL);"
            for one in enums)
        chosen = ", ".join(f"CAST({one} AS {one}_t) AS {one}" for one in enums)
        script += f"CREATE TABLE deals AS SELECT * REPLACE ({chosen}) FROM '{place}/deals.parquet';"
        subprocess.run([duckdb, str(file), "-c", script], check=True, stdout=subprocess.DEVNULL)
    for path in (place / "book.pipeline", file):
        into_memory(path)
    return interleaved(
        {"dealsh": [dealsh, "--no-init", str(place / "book.pipeline"), "-c", COLD_PQL],
         "duckdb": [duckdb, "-readonly", str(file), "-c", "SET threads = 2; " + COLD_SQL]}, count)


def changes(dealsh, place, folder, count=1000):
    """Seconds and bytes of the journal for one change of a single deal, of a script whose changes are synced together."""
    book = os.path.join(folder, "changed.pipeline")
    shutil.copyfile(place / "book.pipeline", book)
    command = [dealsh, "--no-init", "--format", "csv", book, "-c", f"deals | top {count} by value | show id"]
    ids = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[1:]

    def run(some, value):
        script = os.path.join(folder, "changes.pql")
        with open(script, "w") as file:
            file.writelines(f'deal "{one}" | set value = ${value}\n' for one in some)
        return seconds([dealsh, "--no-init", "--sync", "end", book, "-f", script], 1)[0]

    run(ids[:1], 1)
    before = os.path.getsize(book + ".journal")
    fixed = statistics.median(run(ids[:1], value) for value in (2, 3, 4))
    written = os.path.getsize(book + ".journal")
    whole = run(ids, 5)
    size = (os.path.getsize(book + ".journal") - written) / count
    for path in (book, book + ".journal"):
        os.remove(path)
    return (whole - fixed) / (count - 1), size if written > before else float("nan")


def copy_and_checksum(source, target):
    """Seconds of a copy that is synced, and one pass of a checksum over it."""
    start = time.perf_counter()
    shutil.copyfile(source, target)
    with open(target, "r+b") as file:
        os.fsync(file.fileno())
        checksum = 0
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return time.perf_counter() - start
