"""Restart after SIGKILL, from kill(2) to the first instruction of the new child"""
import contextlib
import os
import signal
import time

from measuring.children import NotDone, now

# Those that pause between starts do not when the child has lived for a second.
OLD_ENOUGH = 1.3
SECONDS_EACH = 25


def run(bench):
    size = bench.chosen(100, 5)
    for figure, kills, delays in (("no delays", bench.chosen(300, 5), False),
                                  ("as shipped", bench.chosen(40, 2), True)):
        with contextlib.ExitStack() as stack:
            runners = []
            for kind in bench.rounds(1, size):
                with bench.judged(kind.name, size):
                    supervised = bench.supervised(kind, size, delays=delays)
                    runners.append(Runner(*stack.enter_context(supervised)))
            take_turns(bench, runners, figure, kills)


class Runner:
    """A supervisor with running children, one of which is killed at a time."""

    def __init__(self, peer, reports):
        self.peer, self.reports = peer, reports
        peer.start()
        self.starts = reports.collect(peer.work.names())
        self.pids = peer.pids(self.starts)
        self.spent = 0

    def kill_one(self, number):
        name = f"c{number % self.peer.work.count}"
        time.sleep(max(0, self.starts[name].when / 1e9 + OLD_ENOUGH - now() / 1e9))
        killed = now()
        os.kill(self.pids[name], signal.SIGKILL)
        start = self.reports.next_of(name)
        if start.pid == self.starts[name].pid:
            raise NotDone(f"{name} reported twice")
        self.starts[name] = start
        self.pids[name] = self.peer.pids({name: start})[name]
        self.spent += (now() - killed) / 1e9
        return start.when - killed


def take_turns(bench, runners, figure, kills):
    """One kill each, again and again; who is slow gets fewer turns."""
    time.sleep(OLD_ENOUGH)
    for number in range(kills):
        for runner in [runner for runner in runners if runner.spent < SECONDS_EACH]:
            peer = runner.peer
            with bench.judged(peer.name, peer.work.count):
                bench.add(
                    f"restart, {figure}", peer.work.count, peer.name,
                    runner.kill_one(number) / 1e6, "ms")
