"""The raw results: one JSON file for each scenario, with every sample."""
import datetime
import json
import os
import platform
from dataclasses import asdict, dataclass, field


@dataclass
class Series:
    """What was measured of one figure, at one size, for one supervisor."""

    figure: str
    size: int
    peer: str
    unit: str
    more_is_better: bool = False
    samples: list = field(default_factory=list)


class Results:
    """Of one scenario. Samples of later rounds are added to those of earlier ones."""

    def __init__(self, scenario, title, is_quick, place):
        self.scenario, self.title, self.is_quick, self.place = scenario, title, is_quick, place
        self.series, self.failures = {}, []
        self.began = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        self.load = os.getloadavg()[0]

    def add(self, figure, size, peer, samples, unit, more_is_better=False):
        key = (figure, size, peer)
        if key not in self.series:
            self.series[key] = Series(figure, size, peer, unit, more_is_better)
        self.series[key].samples += samples if isinstance(samples, list) else [samples]

    def fail(self, peer, size, reason):
        self.failures.append({"peer": peer, "size": size, "reason": str(reason)})

    def save(self, folder, versions):
        document = {
            "scenario": self.scenario, "title": self.title, "quick": self.is_quick,
            "place": self.place,
            "began": self.began, "machine": machine(), "load": round(self.load, 2),
            "load_at_end": round(os.getloadavg()[0], 2), "versions": versions,
            "series": [asdict(series) for series in self.series.values()],
            "failures": self.failures}
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.scenario}.json"
        path.with_suffix(".new").write_text(json.dumps(document, indent=1) + "\n")
        path.with_suffix(".new").rename(path)


def machine():
    model = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
         if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"Linux {platform.release()}, {os.cpu_count()} cores ({model}), {memory:.0f} GiB"


def load_all(folder):
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
