"""A supervisor of a hundred lines of C that does nothing but vfork, exec, wait and kill."""
from measuring import programs
from peers.peer import Peer


class Floor(Peer):
    name = "floor"
    most = 10_000

    @classmethod
    def version(cls):
        return "Benchmarks/programs/floor.c"

    def prepare(self):
        self.output = self.place / "output" if self.work.logs else "/dev/null"

    def start(self):
        work = self.work
        self.launch([programs.compiled("floor"), work.count, self.output, work.program, work.mode,
                     work.fifo] + ([work.extra] if work.extra else []))
