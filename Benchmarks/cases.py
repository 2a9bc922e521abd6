"""Cases as text files: a title, `name: value` lines, then parts that begin with `---- LANGUAGE [SYSTEM]`."""

import pathlib
from dataclasses import dataclass, field

FOLDER = pathlib.Path(__file__).parent / "cases"
DIALECTS = {"dealsh": ["pql"], "duckdb": ["sql duckdb", "sql"], "chdb": ["sql chdb", "sql"], "polars": ["polars"],
            "sqlite": ["sqlite"]}


@dataclass
class Case:
    name: str
    title: str
    goal: float
    columns: list
    peer_width: int
    tolerance: float
    dropped: set
    parts: dict
    expected: dict = field(default_factory=dict)

    def text(self, system, deal_count):
        """What to ask the system; None when the case is not for it."""
        for key in DIALECTS[system]:
            if key in self.parts:
                width = max(4, len(str(deal_count)))
                return self.parts[key].replace("{id}", f"D-{deal_count // 2:0{width}}")
        return None


def read(path):
    head, *rest = path.read_text().split("---- ")
    title, *lines = head.strip().splitlines()
    values = dict(line.split(":", 1) for line in lines)
    parts = {}
    for part in rest:
        key, _, body = part.partition("\n")
        # Only lines: a row may begin with a cell that is empty.
        parts[key.strip()] = body.strip("\n")
    expected = {int(key.split()[1]): [line.split("\t") for line in body.splitlines()]
                for key, body in parts.items() if key.startswith("expected ")}
    return Case(
        path.stem, title, float(values["goal"]), values.get("columns", "").split(), int(values.get("peer width", 0)),
        float(values.get("tolerance", 0)),
        {int(place) - 1 for place in values.get("drop", "").split()}, parts, expected)


def record(case, deal_count, rows):
    """Writes the expected answer into the case's file."""
    path = FOLDER / f"{case.name}.case"
    kept = path.read_text().split(f"---- expected {deal_count}\n")[0].rstrip("\n")
    body = "\n".join("\t".join(str(one) for one in row) for row in rows)
    path.write_text(f"{kept}\n---- expected {deal_count}\n{body}\n")


def all_cases(only=None):
    return [read(path) for path in sorted(FOLDER.glob("*.case")) if not only or path.stem in only]
