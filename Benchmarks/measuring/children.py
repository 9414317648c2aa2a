"""The children that are supervised: what they are told, what they report, and whether they live."""
import fcntl
import os
import select
import time
from dataclasses import dataclass

F_SETPIPE_SZ = 1031  # fcntl(2); Python names it from 3.10 on.


class NotDone(Exception):
    """What was to be measured did not happen."""


@dataclass(frozen=True)
class Start:
    """A child's word that it runs: by CLOCK_MONOTONIC, in nanoseconds."""

    name: str
    pid: int
    when: int


@dataclass
class Workload:
    """What a supervisor is to run: so many children of one kind."""

    program: str
    fifo: str
    count: int
    mode: str = "wait"
    extra: str = ""
    logs: bool = False  # Whether their output is kept.
    delays: bool = False  # Whether restarts are delayed as the supervisor does by itself.

    def names(self):
        return [f"c{number}" for number in range(self.count)]

    def arguments(self, name):
        return [self.mode, self.fifo, name] + ([self.extra] if self.extra else [])

    def command(self, name):
        return [self.program, *self.arguments(name)]


class Reports:
    """The FIFO to which children report. Holds both ends, so that nobody ever waits to open it."""

    def __init__(self, path):
        self.path = str(path)
        os.mkfifo(self.path)
        self.file = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        fcntl.fcntl(self.file, F_SETPIPE_SZ, 1 << 20)
        self.unread = b""

    def close(self):
        os.close(self.file)

    def next(self, seconds=30):
        while b"\n" not in self.unread:
            if not select.select([self.file], [], [], max(0, seconds))[0]:
                raise NotDone(f"no child reported in {seconds:.0f} s")
            self.unread += os.read(self.file, 1 << 16)
        line, self.unread = self.unread.split(b"\n", 1)
        name, pid, when = line.split()
        return Start(name.decode(), int(pid), int(when))

    def next_of(self, name, seconds=30):
        """The next report of this child; those of others in between are errors."""
        start = self.next(seconds)
        if start.name != name:
            raise NotDone(f"{start.name} reported, not {name}")
        return start

    def collect(self, names, seconds=120):
        """A report of each of these: the last of each counts."""
        missing, starts = set(names), {}
        deadline = time.monotonic() + seconds
        while missing:
            try:
                start = self.next(deadline - time.monotonic())
            except NotDone:
                raise NotDone(f"{len(missing)} of {len(names)} did not report in {seconds} s")
            starts[start.name] = start
            missing.discard(start.name)
        return starts

    def drain(self):
        """All that was reported until now."""
        starts = []
        while b"\n" in self.unread or select.select([self.file], [], [], 0)[0]:
            starts.append(self.next())
        return starts


def now():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


class Deaths:
    """Watches processes by pidfds: no other process can be taken for one of them."""

    def __init__(self, pids):
        self.alive = {os.pidfd_open(pid): pid for pid in pids}
        self.poll = select.epoll()
        for file in self.alive:
            self.poll.register(file, select.EPOLLIN)

    def wait(self, seconds=120):
        """Until the last is dead; gives when that was seen."""
        deadline = time.monotonic() + seconds
        while self.alive:
            for file, _ in self.poll.poll(max(0, deadline - time.monotonic()), 1024):
                self.poll.unregister(file)
                del self.alive[file]
                os.close(file)
            if self.alive and time.monotonic() > deadline:
                raise NotDone(f"{len(self.alive)} children live on")
        self.poll.close()
        return now()
