"""One figure at one size: who did how well, and by how much better or worse than the others."""
from dataclasses import dataclass

from measuring.samples import median, percentile, spread
from peers import FLOOR, OURS


@dataclass
class Row:
    """One supervisor's part in a comparison."""

    peer: str
    median: float
    low: float
    high: float
    p99: float
    count: int
    to_floor: float | None = None
    to_best: float | None = None

    @property
    def is_ours(self):
        return self.peer.split(",")[0].split(" ")[0] == OURS


@dataclass
class Comparison:
    figure: str
    size: int
    unit: str
    more_is_better: bool
    rows: list


def comparisons(document):
    """In the order in which they were measured."""
    groups = {}
    for series in document["series"]:
        if series["samples"]:
            groups.setdefault((series["figure"], series["size"]), []).append(series)
    return [compared(figure, size, group) for (figure, size), group in groups.items()]


def compared(figure, size, group):
    rows = [row_of(series) for series in group]
    more = group[0]["more_is_better"]
    floor = next((row for row in rows if row.peer == FLOOR), None)
    others = [row.median for row in rows if not row.is_ours and row is not floor]
    best = (max if more else min)(others, default=None)
    for row in rows:
        row.to_floor = ratio(row.median, floor.median if floor else None)
        row.to_best = ratio(row.median, best)
    rows.sort(key=lambda row: row.median, reverse=more)
    return Comparison(figure, size, group[0]["unit"], more, rows)


def row_of(series):
    samples = series["samples"]
    low, high = spread(samples)
    return Row(series["peer"], median(samples), low, high, percentile(samples, .99), len(samples))


def ratio(value, base):
    return value / base if base else None
