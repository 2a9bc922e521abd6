"""Side-by-side runs: every system answers every case in turn, answers are compared, medians and ratios are printed.

    bench.py --runner PROGRAM --dealsh PROGRAM --folder FOLDER [--deals N] [--rounds N] [--cases NAME,…]
             [--systems NAME,…] [--pause MS] [--only queries|whole] [--record]

A case whose answers differ fails. Rounds in which the machine does not prove itself (all processors together compute
at least 1.7 times as fast as one) are discarded.
"""

import argparse
import datetime
import os
import pathlib
import platform
import statistics
import sys
import time

import cases
import data
import whole
from system import Failed, System, agree, canonical

HERE = pathlib.Path(__file__).parent
SCALING_MIN = 1.7


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runner", required=True)
    parser.add_argument("--dealsh", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--deals", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cases", default="")
    parser.add_argument("--systems", default="duckdb,polars,chdb,sqlite")
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--only", choices=["queries", "whole"])
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--any-machine", action="store_true", help="keep rounds in which the machine fails its proof")
    return parser.parse_args()


class Machine:
    """What the machine proved in this run."""

    def __init__(self, runner, accepts_all):
        self.runner, self.accepts_all = runner, accepts_all
        self.bandwidths, self.scalings, self.discarded = [], [], 0

    def proves(self):
        bandwidth, [[scaling]] = self.runner.ask("machine")
        scaling = float(scaling)
        if scaling < SCALING_MIN and not self.accepts_all:
            self.discarded += 1
            return False
        self.bandwidths.append(bandwidth)
        self.scalings.append(scaling)
        return True

    @property
    def bandwidth(self):
        return statistics.median(self.bandwidths)


def start(options, place):
    """The systems with the data loaded, dealsh first."""
    systems = [System("dealsh", [options.runner], options.folder)]
    systems[0].ask(f"open {place}/book.pipeline")
    for name in filter(None, options.systems.split(",")):
        peer = System(name, [sys.executable, str(HERE / "peers" / f"{name}_peer.py")], options.folder)
        began = time.perf_counter()
        peer.ask(f"load {place}")
        say(f"{name} loaded in {time.perf_counter() - began:.0f} s")
        systems.append(peer)
    return systems


def say(text):
    print(text, file=sys.stderr, flush=True)


def check(case, systems, options):
    """Warms every system and compares the answers; gives those that take part."""
    answers = {}
    for system in systems:
        text = case.text(system.name, options.deals)
        if text is None:
            continue
        _, rows = system.ask("query " + text)
        answers[system.name] = canonical(rows, case.tolerance, case.dropped)
    own = answers["dealsh"]
    for name, answer in answers.items():
        if not agree(own, answer, case.tolerance):
            raise Failed(f"{case.name}: dealsh and {name} differ: {own[:3]} … {answer[:3]} ({len(own)}, {len(answer)} rows)")
    if options.record and len(own) <= 200:
        cases.record(case, options.deals, own)
    elif options.deals in case.expected:
        if not agree(own, canonical(case.expected[options.deals], case.tolerance, set()), case.tolerance):
            raise Failed(f"{case.name}: not the expected answer: {own[:3]}")
    return [system for system in systems if system.name in answers]


def queries(options, place):
    """Median seconds by case and system, after the checks."""
    systems = start(options, place)
    machine = Machine(systems[0], options.any_machine)
    chosen, parts, failures = [], {}, []
    for case in cases.all_cases(set(filter(None, options.cases.split(",")))):
        try:
            parts[case.name] = check(case, systems, options)
            chosen.append(case)
        except Failed as problem:
            failures.append(str(problem))
            say(f"FAILED {problem}")
    times = {case.name: {system.name: [] for system in parts[case.name]} for case in chosen}
    done = tried = 0
    while done < options.rounds and tried < options.rounds * 10:
        tried += 1
        if not machine.proves():
            time.sleep(1)
            continue
        for case in chosen:
            taking_part = parts[case.name]
            turn = done % len(taking_part)
            for system in taking_part[turn:] + taking_part[:turn]:
                # The answer before this one may still be on its way out of the caches and the run queue.
                time.sleep(options.pause / 1000)
                elapsed, _ = system.ask("query " + case.text(system.name, options.deals))
                times[case.name][system.name].append(elapsed / 1e9)
        done += 1
    results = []
    if done < options.rounds:
        failures.append(f"the machine proved itself in {done} of {tried} rounds only")
    if done:
        for case in chosen:
            medians = {name: statistics.median(all_times) for name, all_times in times[case.name].items()}
            size = systems[0].ask("size " + " ".join(case.columns))[0] if case.columns else 0
            results.append((case, medians, size))
    for system in systems:
        system.close()
    return results, machine, failures


def table(results, machine, options):
    names = ["dealsh"] + [name for name in options.systems.split(",") if name]
    lines = ["| case | " + " | ".join(f"{name} ms" for name in names) + " | ÷ fastest peer | goal | ÷ one read of its bytes | … of the peers' |",
             "|---|" + "---:|" * (len(names) + 4)]
    for case, medians, size in results:
        cells = [f"{medians[name] * 1e3:.2f}" if name in medians else "" for name in names]
        peers = [value for name, value in medians.items() if name != "dealsh"]
        ratio = f"{medians['dealsh'] / min(peers):.2f}" if peers else ""
        met = "" if not peers or medians["dealsh"] / min(peers) <= case.goal else " ✗"
        read = f"{medians['dealsh'] / (size / machine.bandwidth):.1f}" if size else ""
        peer_size = case.peer_width * options.deals
        peers_read = f"{medians['dealsh'] / (peer_size / machine.bandwidth):.2f}" if peer_size else ""
        lines.append(
            f"| {case.title} | " + " | ".join(cells) + f" | {ratio}{met} | {case.goal:g} | {read} | {peers_read} |")
    return lines


def imports(options, folder):
    """The CSV of a million deals: dealsh, and peers with and without dictionaries and the check of ids."""
    place = data.prepare(folder, 1_000_000, options.dealsh)
    systems = [System("dealsh", [options.runner], folder)]
    for name in ("duckdb", "polars"):
        if name in options.systems:
            systems.append(System(name, [sys.executable, str(HERE / "peers" / f"{name}_peer.py")], folder))
    times = {}
    for _ in range(5):
        for system in systems:
            for request in ["import deals"] if system.name == "dealsh" else ["import", "import-checked"]:
                elapsed, _ = system.ask(f"{request} {place}/deals.csv")
                times.setdefault(f"{system.name} {request}", []).append(elapsed / 1e9)
    memory = systems[0].memory()
    for system in systems:
        system.close()
    return {name: statistics.median(all_times) for name, all_times in times.items()}, memory


def whole_lines(options, place):
    lines = ["| case | dealsh | other | ratio or difference | goal |", "|---|---:|---:|---:|---:|"]
    cold = whole.cold(options.dealsh, place)
    lines.append(
        f"| cold process, filtered group-by | {cold['dealsh'] * 1e3:.1f} ms | duckdb {cold['duckdb'] * 1e3:.1f} ms | "
        f"{cold['dealsh'] / cold['duckdb']:.2f} | 0.2 |")
    starts = whole.starts(options.dealsh, place / "book.pipeline", options.folder)
    lines.append(
        f"| start to prompt | {starts['dealsh'] * 1e3:.1f} ms | empty program {starts['empty'] * 1e3:.1f} ms | "
        f"+{(starts['dealsh'] - starts['empty']) * 1e3:.1f} ms | +15 ms |")
    small = data.prepare(options.folder, 1_000_000, options.dealsh)
    runner = System("dealsh", [options.runner], options.folder)
    opened = {}
    for size in (small, place):
        opened[size] = statistics.median(runner.ask(f"open {size}/book.pipeline")[0] / 1e6 for _ in range(9))
    lines.append(
        f"| open, 1 and 10 million | {opened[small]:.2f}, {opened[place]:.2f} ms | | "
        f"+{opened[place] - opened[small]:.2f} ms | +1 ms |")
    target = os.path.join(options.folder, "saved.pipeline")
    saves, copies = [], []
    for _ in range(3):
        for path in (target, target + ".copy"):
            if os.path.exists(path):
                os.remove(path)
        saves.append(runner.ask(f"save {target}")[0] / 1e9)
        copies.append(whole.copy_and_checksum(place / "book.pipeline", target + ".copy"))
    lines.append(
        f"| save | {statistics.median(saves):.2f} s | copy and checksum {statistics.median(copies):.2f} s | "
        f"{statistics.median(saves) / statistics.median(copies):.2f} | 2 |")
    for path in (target, target + ".copy"):
        os.remove(path)
    runner.close()
    elapsed, size = whole.changes(options.dealsh, place, options.folder)
    lines.append(f"| one change of 1,000 | {elapsed * 1e3:.2f} ms | | | 1 ms |")
    lines.append(f"| its record in the journal | {size:.0f} bytes | | | 1,024 bytes |")
    lines += memory_lines(options, place)
    times, memory = imports(options, options.folder)
    own = times["dealsh import deals"]
    for request, words in (("import", "typed"), ("import-checked", "typed, dictionaries, ids checked")):
        peers = {name: value for name, value in times.items() if name.split()[1] == request and "dealsh" not in name}
        if peers:
            best = min(peers, key=peers.get)
            lines.append(
                f"| import a CSV of 1 million rows; the peer: {words} | {own:.2f} s | {best.split()[0]} {peers[best]:.2f} s | "
                f"{own / peers[best]:.2f} | 1 |")
    lines.append(f"| peak memory of the import | {memory['VmHWM'] >> 20} MB | | | |")
    return lines


def memory_lines(options, place):
    """Resident memory of a process that answered one query, against the bytes that the query touches."""
    lines = []
    for name, text, columns in (
        ("a sum by owner", "deals | count, sum value by owner", "owner value"),
        ("a sum by account", "deals | sum value by account | top 10 by sum_value", "account value"),
    ):
        runner = System("dealsh", [options.runner], options.folder)
        runner.ask(f"open {place}/book.pipeline")
        before = runner.memory()["VmRSS"]
        runner.ask("query " + text)
        memory = runner.memory()
        size = runner.ask("size " + columns)[0]
        lines.append(
            f"| memory of {name}: at rest, peak | {(memory['VmRSS'] - before) >> 20}, {(memory['VmHWM'] - before) >> 20} MB | "
            f"columns {size >> 20} MB | {(memory['VmRSS'] - before) / size:.2f}, {(memory['VmHWM'] - before) / size:.2f} | 1.3 |")
        runner.close()
    return lines


def main():
    options = arguments()
    os.environ.setdefault("LC_ALL", "C")
    place = data.prepare(options.folder, options.deals, options.dealsh)
    print(f"{datetime.date.today()} · {os.cpu_count()} cores · {platform.machine()} · {options.deals:,} deals"
          + (f" · {options.pause:g} ms pauses" if options.pause else ""))
    failures = []
    if options.only != "whole":
        results, machine, failures = queries(options, place)
        if machine.bandwidths:
            print(f"all processors compute {statistics.median(machine.scalings):.2f} times as fast as one and read "
                  f"{machine.bandwidth / 1e9:.1f} GB/s; {machine.discarded} rounds discarded\n")
        print("\n".join(table(results, machine, options)), flush=True)
    if options.only != "queries":
        print("\n" + "\n".join(whole_lines(options, place)))
    for failure in failures:
        print(f"\nFAILED {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
