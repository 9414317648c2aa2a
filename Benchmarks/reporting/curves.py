"""Figures that were measured at many sizes, of one supervisor: what grows with the size, and how fast."""
from dataclasses import dataclass

from measuring.samples import median

# So many sizes make a curve; with fewer, each size is a comparison of its own.
LEAST = 5


@dataclass
class Curve:
    figure: str
    unit: str
    points: list  # Of a size and the median there, from the smallest size on.

    @property
    def slope(self):
        """What one more adds: between the two greatest sizes, where the rest counts least."""
        (size, value), (next_size, next_value) = self.points[-2:]
        return (next_value - value) / (next_size - size)


def curves(document):
    figures = {}
    for series in document["series"]:
        if series["samples"]:
            figures.setdefault((series["figure"], series["peer"]), []).append(series)
    return [
        Curve(figure, group[0]["unit"],
              sorted((series["size"], median(series["samples"])) for series in group))
        for (figure, _), group in figures.items() if len(group) >= LEAST]


def is_curve(document, comparison):
    return any(curve.figure == comparison.figure for curve in curves(document))
