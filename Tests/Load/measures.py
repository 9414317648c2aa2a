"""The dispatcher's memory and descriptors, and whether they grow."""

import dataclasses
import os
import statistics
import time

from measuring.process import pss

MEBIBYTE = 1 << 20
# From the first third of the dispatchers to the last third, which have more to read.
SHARE, SLACK = 1.1, 4 * MEBIBYTE
# Of one dispatcher, between moments at which it has the same to do.
CALM_SHARE, CALM_SLACK = 1.03, 1 * MEBIBYTE
# A dispatcher gives memory back a second after its last work; for so long nothing more must come of it.
QUIET, PATIENCE = 2, 20
# A client that asks meanwhile.
SPARE_DESCRIPTORS = 2


@dataclasses.dataclass
class Sample:
    dispatcher: int
    memory: int
    descriptors: int

    @classmethod
    def of(cls, crowd):
        pid = crowd.dispatcher.pid
        return cls(crowd.starts, pss(pid), len(os.listdir(f"/proc/{pid}/fd")))

    @classmethod
    def at_rest(cls, crowd):
        """What it keeps, and not what its last work has needed, which may be half as much again."""
        least, since = cls.of(crowd), time.monotonic()
        end = since + PATIENCE
        while time.monotonic() < min(since + QUIET, end):
            time.sleep(0.1)
            present = cls.of(crowd)
            if present.memory < least.memory:
                least, since = present, time.monotonic()
        return least

    def __str__(self):
        return f"{self.memory / MEBIBYTE:.1f} MiB, {self.descriptors} descriptors"


class Watch:
    """What was seen of all dispatchers, one after the other."""

    def __init__(self, crowd):
        self.crowd = crowd
        self.samples = []

    def look(self):
        try:
            self.samples.append(Sample.of(self.crowd))
        except OSError:
            pass  # Just being killed.

    def lives(self):
        """The usual memory of each dispatcher, in order."""
        found = {}
        for sample in self.samples:
            found.setdefault(sample.dispatcher, []).append(sample.memory)
        return [statistics.median(memories) for memories in found.values()]

    def problems(self):
        lives = self.lives()
        third = max(1, len(lives) // 3)
        first, last = (statistics.median(part) for part in (lives[:third], lives[-third:]))
        if last <= first * SHARE + SLACK:
            return []
        return [f"dispatchers grow from {first / MEBIBYTE:.1f} to {last / MEBIBYTE:.1f} MiB"]

    def __str__(self):
        lives = [f"{memory / MEBIBYTE:.1f}" for memory in self.lives()]
        middle = lives[len(lives) // 2]
        return f"{lives[0]} at first, {middle} in the middle, {lives[-1]} MiB at last"


def growth(rounds):
    """What one dispatcher has more after the last round than after the second."""
    begin, end = rounds[1], rounds[-1]
    found = []
    if end.dispatcher != begin.dispatcher:
        found.append("a dispatcher ended that nobody had killed")
    if end.memory > begin.memory * CALM_SHARE + CALM_SLACK:
        found.append(f"the dispatcher grows: {', '.join(map(str, rounds))}")
    if end.descriptors > begin.descriptors + SPARE_DESCRIPTORS:
        found.append(f"descriptors are lost: {', '.join(map(str, rounds))}")
    return found
