"""One run of the benchmark: the supervisors that take part, scratch folders, rounds and results."""
import contextlib
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import programs
from measuring.children import NotDone, Reports, Workload
from measuring.results import Results


class Bench:
    def __init__(self, peers, is_quick, place):
        self.peers, self.is_quick, self.place = peers, is_quick, str(place)
        self.results = None
        self.scratch = Path(tempfile.mkdtemp(prefix="wg-bench-", dir=place))
        self.made = 0

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def begin(self, scenario, title):
        self.results = Results(scenario, title, self.is_quick, self.place)
        self.say(f"{scenario}: {title}")

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def chosen(self, full, quick):
        """A size or a number, for a full run or a quick one."""
        return quick if self.is_quick else full

    def largest(self):
        """Ten thousand, or as many as a process here may have two open files for."""
        _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
        return min(10_000, (files - 200) // 2)

    def limit(self, size):
        """Seconds in which so many children must have been started, however slowly."""
        return 30 + size // 10

    def new_folder(self):
        self.made += 1
        folder = self.scratch / str(self.made)
        folder.mkdir()
        return folder

    @contextlib.contextmanager
    def reports(self):
        folder = self.new_folder()
        reports = Reports(folder / "starts")
        try:
            yield reports
        finally:
            reports.close()
            shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def supervised(self, kind, count, **options):
        """A supervisor that is prepared and not started, and what its children report."""
        with self.reports() as reports:
            work = Workload(programs.compiled("child"), reports.path, count, **options)
            with kind(Path(reports.path).parent / kind.name, work) as peer:
                yield peer, reports

    def rounds(self, count, size, peers=None):
        """The supervisors that can have so many children, so often, each time in another order, so
        that whatever else happens on the machine happens to all of them."""
        able = [peer for peer in peers or self.peers if size <= peer.most]
        for number in range(count):
            at = number % max(1, len(able))
            for kind in able[at:] + able[:at]:
                self.say(f"  {size:>6} {kind.name}, round {number + 1} of {count}")
                yield kind

    @contextlib.contextmanager
    def judged(self, peer, size):
        """Takes a failure down and lets the others go on."""
        try:
            yield
        except (NotDone, OSError, subprocess.SubprocessError) as reason:
            self.results.fail(peer, size, reason)
            self.say(f"  FAILED: {peer} with {size}: {reason}")

    def add(self, *arguments, **options):
        self.results.add(*arguments, **options)
