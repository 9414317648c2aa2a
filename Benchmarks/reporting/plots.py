"""Plots as SVG, without a library: bars on a logarithmic scale, a group for each comparison."""
import math
from html import escape

from reporting.comparison import comparisons
from reporting.tables import heading, number

WIDTH, LEFT, RIGHT, BAR, GAP, HEAD = 860, 190, 110, 18, 6, 34
OURS, FLOOR, OTHER = "#2463eb", "#9aa3ae", "#d0a24a"
STYLE = "font: 13px sans-serif; fill: #1c2430"


def plot(document):
    """The picture of one scenario; empty when nothing in it is compared."""
    shown = [comparison for comparison in comparisons(document) if len(comparison.rows) > 1]
    parts, top = [], 8
    for comparison in shown:
        drawn, top = group(comparison, top)
        parts += drawn
    if not parts:
        return ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" '
        f'viewBox="0 0 {WIDTH} {top}">\n<rect width="{WIDTH}" height="{top}" fill="white"/>\n'
        + "\n".join(parts) + "\n</svg>\n")


def group(comparison, top):
    title = heading(comparison).replace("**", "")
    parts = [text(12, top + 18, title, "font-weight: bold")]
    scale, y = Scale(comparison.rows), top + HEAD - 4
    for row in comparison.rows:
        parts += bar(row, scale, y)
        y += BAR + GAP
    return parts, y + 14


def bar(row, scale, y):
    """From the left edge to the median, with a line over the middle half."""
    colour = OURS if row.is_ours else FLOOR if row.peer == "floor" else OTHER
    low, middle, high = (LEFT + scale.length(value) for value in (row.low, row.median, row.high))
    centre = y + BAR / 2
    return [
        text(LEFT - 8, centre + 4, row.peer, "text-anchor: end"),
        f'<rect x="{LEFT}" y="{y}" width="{max(1, middle - LEFT):.1f}" height="{BAR}" '
        f'fill="{colour}"/>',
        f'<line x1="{low:.1f}" y1="{centre}" x2="{high:.1f}" y2="{centre}" stroke="#1c2430" '
        'stroke-width="1.5"/>',
        text(max(middle, high) + 6, centre + 4, number(row.median), "")]


class Scale:
    """From a third of the least value to the greatest, by logarithm: a bar twice as long is not
    twice the value, so each bar has its number."""

    def __init__(self, rows):
        values = [value for row in rows for value in (row.low, row.median, row.high) if value > 0]
        self.least = min(values, default=1) / 3
        self.span = math.log(max(values, default=1) / self.least)

    def length(self, value):
        if value <= self.least:
            return 0
        return math.log(value / self.least) / self.span * (WIDTH - LEFT - RIGHT)


def text(x, y, words, style):
    return f'<text x="{x}" y="{y}" style="{STYLE}; {style}">{escape(words)}</text>'
