"""A system under measurement: a process that answers requests (see Runner/main.swift), and what its answers come to."""

import os
import subprocess
import sys
import threading


class Failed(Exception):
    """A system that could not answer."""


class System:
    """One process; `ask` gives (nanoseconds, rows)."""

    def __init__(self, name, command, folder):
        self.name = name
        environment = dict(os.environ, BENCH_FOLDER=folder)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, env=environment)

    def ask(self, request, limit=900):
        stop = threading.Timer(limit, self.process.kill)
        stop.start()
        try:
            self.process.stdin.write(" ".join(request.split()) + "\n")
            self.process.stdin.flush()
            lines = []
            while True:
                line = self.process.stdout.readline()
                if line == "":
                    raise Failed(f"{self.name} ended")
                if line == ".\n":
                    break
                lines.append(line.rstrip("\n"))
        finally:
            stop.cancel()
        if not lines or lines[0].startswith("error"):
            raise Failed(f"{self.name}: {lines[0] if lines else 'no answer'}")
        return int(lines[0].split()[0]), [line.split("\t") for line in lines[1:]]

    def memory(self):
        """Resident bytes now and at their peak, from anonymous memory and mapped files together."""
        found = {}
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                name, _, rest = line.partition(":")
                if name in ("VmRSS", "VmHWM", "RssAnon"):
                    found[name] = int(rest.split()[0]) * 1024
        return found

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def canonical(rows, tolerance, dropped):
    """Rows in a form that every system's answer can be brought to: sorted, numbers as numbers, no value as nothing."""
    def value(text):
        if text in ("", "\\N", "None", "null"):
            return ""
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            return text
    plain = [tuple(value(text) for place, text in enumerate(row) if place not in dropped) for row in rows]
    key = lambda row: tuple((isinstance(one, str), one) for one in row if not (tolerance and isinstance(one, float)))
    return sorted(plain, key=key)


def agree(left, right, tolerance):
    """Whether two canonical answers are the same, numbers up to the tolerance."""
    if len(left) != len(right):
        return False
    for a, b in zip(left, right):
        if len(a) != len(b):
            return False
        for x, y in zip(a, b):
            if isinstance(x, str) or isinstance(y, str):
                if x != y:
                    return False
            elif abs(x - y) > tolerance:
                return False
    return True
