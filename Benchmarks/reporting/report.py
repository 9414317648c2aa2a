"""Writes the report on all raw results that there are."""
from measuring.results import load_all
from reporting.plots import plot
from reporting.tables import page


def write(raw, into, order):
    documents = load_all(raw)
    into.mkdir(parents=True, exist_ok=True)
    (into / "results.md").write_text(page(documents, order))
    for name in order:
        if name in documents and (picture := plot(documents[name])):
            (into / f"{name}.svg").write_text(picture)
