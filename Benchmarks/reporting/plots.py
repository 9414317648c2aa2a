"""Plots as SVG, without a library: bars on a logarithmic scale, a group for each comparison; lines for
what was measured at many sizes."""
import math
from html import escape

from reporting.comparison import comparisons
from reporting.curves import curves, is_curve
from reporting.tables import heading, number

WIDTH, LEFT, RIGHT, BAR, GAP, HEAD = 860, 190, 110, 18, 6, 34
CURVE = 150
OURS, FLOOR, OTHER = "#2463eb", "#9aa3ae", "#d0a24a"
STYLE = "font: 13px sans-serif; fill: #1c2430"


def plot(document):
    """The picture of one scenario; empty when nothing in it is compared."""
    parts, top = [], 8
    for comparison in comparisons(document):
        if len(comparison.rows) > 1 and not is_curve(document, comparison):
            drawn, top = group(comparison, top)
            parts += drawn
    for curve in curves(document):
        drawn, top = line(curve, top)
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
    rows, y = comparison.rows, top + HEAD - 4
    scale = Scale([value for row in rows for value in (row.low, row.median, row.high)])
    for row in comparison.rows:
        parts += bar(row, scale, y)
        y += BAR + GAP
    return parts, y + 14


def bar(row, scale, y):
    """From the left edge to the median, with a line over the middle half."""
    colour = OURS if row.is_ours else FLOOR if row.peer == "floor" else OTHER
    low, middle, high = (
        LEFT + scale.share(value) * (WIDTH - LEFT - RIGHT) for value in (row.low, row.median, row.high))
    centre = y + BAR / 2
    return [
        text(LEFT - 8, centre + 4, row.peer, "text-anchor: end"),
        f'<rect x="{LEFT}" y="{y}" width="{max(1, middle - LEFT):.1f}" height="{BAR}" '
        f'fill="{colour}"/>',
        f'<line x1="{low:.1f}" y1="{centre}" x2="{high:.1f}" y2="{centre}" stroke="#1c2430" '
        'stroke-width="1.5"/>',
        text(max(middle, high) + 6, centre + 4, number(row.median), "")]


def line(curve, top):
    """Both axes by logarithm: what grows with the size ends in a straight line upwards."""
    across = Scale([size for size, _ in curve.points])
    upwards = Scale([value for _, value in curve.points])
    bottom = top + HEAD + CURVE
    places = [(LEFT + across.share(size) * (WIDTH - LEFT - RIGHT),
               bottom - upwards.share(value) * CURVE) for size, value in curve.points]
    unit = f" ({curve.unit})" if curve.unit else ""
    slope = f"; each further one: {number(curve.slope)}"
    parts = [
        text(12, top + 18, f"{curve.figure}{unit}{slope}", "font-weight: bold"),
        f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - RIGHT}" y2="{bottom}" stroke="{FLOOR}"/>',
        '<polyline fill="none" stroke-width="2" stroke="' + OURS + '" points="'
        + " ".join(f"{x:.1f},{y:.1f}" for x, y in places) + '"/>']
    for (size, value), (x, y) in zip(curve.points, places):
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{OURS}"/>',
            text(x, y - 9, number(value), "text-anchor: middle"),
            text(x, bottom + 16, f"{size:,}", "text-anchor: middle")]
    return parts, bottom + HEAD


class Scale:
    """From a third of the least value to the greatest, by logarithm: a bar twice as long is not
    twice the value, so each bar and each point has its number."""

    def __init__(self, values):
        values = [value for value in values if value > 0]
        self.least = min(values, default=1) / 3
        self.span = math.log(max(values, default=1) / self.least)

    def share(self, value):
        """Of the whole length, from 0 to 1."""
        return 0 if value <= self.least else math.log(value / self.least) / self.span


def text(x, y, words, style):
    return f'<text x="{x}" y="{y}" style="{STYLE}; {style}">{escape(words)}</text>'
