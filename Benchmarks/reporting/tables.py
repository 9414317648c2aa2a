"""Tables in Markdown."""
from reporting.comparison import comparisons
from reporting.curves import curves, is_curve

HEAD = "| {} | median | middle half | p99 | samples | to the floor | to the best other |"
RULE = "|---|---:|---:|---:|---:|---:|---:|"


def page(documents, order):
    lines = [
        "# Results", "",
        "Written by `make bench`; [README.md](README.md) says how each figure is measured.", ""]
    for name in order:
        if name in documents:
            lines += section(name, documents[name])
    return "\n".join(lines).rstrip() + "\n"


def section(name, document):
    lines = [f"## {name.replace('_', ' ').capitalize()}", "", document["title"] + ".", "",
             circumstances(document), ""]
    for comparison in comparisons(document):
        if not is_curve(document, comparison):
            lines += [heading(comparison), "", *table(comparison), ""]
    if found := curves(document):
        lines += [*curve_table(found), ""]
    for failure in document["failures"]:
        who = f"{failure['peer']} with {failure['size']:,}"
        lines += [f"Not measured: {who}: {failure['reason']}", ""]
    if curves(document) or any(len(comparison.rows) > 1 for comparison in comparisons(document)):
        lines += [f"![{document['title']}]({name}.svg)", ""]
    return lines


def circumstances(document):
    versions = ", ".join(
        f"{peer} {version}".strip() for peer, version in document["versions"].items()
        if any(series["peer"] == peer for series in document["series"]))
    quick = " A quick run, too small to say how fast anything is." if document["quick"] else ""
    return (
        f"{document['began']}, {document['machine']}, load {document['load']} before and "
        f"{document['load_at_end']} after, files in {document['place']}. {versions}.{quick}")


def heading(comparison):
    size = f", {comparison.size:,}" if comparison.size > 1 else ""
    better = "more is better" if comparison.more_is_better else "less is better"
    unit = f"{comparison.unit}, " if comparison.unit else ""
    return f"**{comparison.figure}{size}** ({unit}{better})"


def table(comparison):
    lines = [HEAD.format(""), RULE]
    for row in comparison.rows:
        peer = f"**{row.peer}**" if row.is_ours else row.peer
        cells = [peer, number(row.median), f"{number(row.low)} – {number(row.high)}",
                 number(row.p99) if row.count >= 20 else "", str(row.count), times(row.to_floor),
                 times(row.to_best)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def curve_table(found):
    """A row for each size, medians; the last one is the slope between the two greatest sizes."""
    units = [f"{curve.figure} ({curve.unit})" if curve.unit else curve.figure for curve in found]
    lines = ["| chats | " + " | ".join(units) + " |", "|---:|" + "---:|" * len(found)]
    values = [dict(curve.points) for curve in found]
    for size in sorted({size for curve in values for size in curve}):
        cells = [number(curve[size]) if size in curve else "" for curve in values]
        lines.append(f"| {size:,} | " + " | ".join(cells) + " |")
    slopes = [number(curve.slope) for curve in found]
    return [*lines, "| each further one | " + " | ".join(slopes) + " |"]


def number(value):
    """Three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def times(ratio):
    return "" if ratio is None else f"{number(ratio)} ×"
