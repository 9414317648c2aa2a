#!/usr/bin/env python3
"""Many chats with live handlers and messages all the time, while handlers and dispatchers are
killed and the disk fills up: every message has its answer, in order, and what was begun twice says
so; the dispatcher keeps its size.

    make load                         2,000 chats, ten minutes, then ten with a full disk in between
    make load MINUTES=1 CHATS=200     the same, small
    Tests/Load/run.py --seed 7        the same draws again: not the same moments
"""

import argparse
import collections
import copy
import pathlib
import shutil
import statistics
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path += [str(TOP / "Tests/CrashPoints"), str(TOP / "Benchmarks")]

from audit import Audit, unanswered
from crowd import Crowd, Disk
from harm import Harm
from measures import Sample, Watch, growth
from planted import LEAKS, PLANTED
from traffic import Ledger, Traffic
from world import Hang

# Rounds of which the first two are for getting used to it.
ROUNDS = 4
# For so long the disk is full, or for a quarter of the time if that is less.
FULL = 60
# From the last message on, until everything is answered.
SETTLING = 600


class Load:
    """One project, from its first message to the last look at its files."""

    def __init__(self, options, folder, chats, disk=None):
        self.options = options
        self.disk = disk
        self.crowd = Crowd(folder, options.programs, chats)
        self.ledger = Ledger()
        self.traffic = Traffic(self.crowd, self.ledger, options.seed)
        self.harm = Harm(self.crowd, self.traffic, self.ledger, options.seed)
        self.watch = Watch(self.crowd)
        self.errors = []
        self.is_over = threading.Event()

    def warm_up(self):
        self.crowd.start_until_ready()
        for chat in range(len(self.crowd.chats)):
            self.traffic.send(chat)
        self.wait_for_quiet()

    def storm(self, span):
        # In a short run too some end while the disk is full.
        end_every = min(self.options.end_every, span / 8)
        tasks = (
            (1 / self.options.rate, self.traffic.one), (self.options.kill_every, self.harm.handler),
            (end_every, self.harm.dispatcher), (0.5, self.watch.look))
        threads = [threading.Thread(target=self.repeat, args=task) for task in tasks]
        for thread in threads:
            thread.start()
        try:
            self.pass_time(span)
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join()
        if self.errors:
            raise self.errors[0]

    def repeat(self, interval, action):
        due = time.monotonic() + interval
        while not self.is_over.wait(max(0, due - time.monotonic())):
            try:
                action()
            except Exception as error:  # Whatever it is, it is a finding, and ends the run.
                self.errors.append(error)
                self.is_over.set()
            # What could not be done in time is made up for, but not for long.
            due = max(due + interval, time.monotonic() - 1)

    def pass_time(self, span):
        full = min(FULL, span / 4) if self.disk else 0
        self.is_over.wait((span - full) / 2)
        end = time.monotonic() + full
        while time.monotonic() < end and not self.is_over.is_set():
            self.ledger.had_full_disk = True
            self.disk.fill()
            time.sleep(0.02)
        if self.disk:
            self.disk.free()
        self.is_over.wait((span - full) / 2)

    def wait_for_quiet(self):
        """Until everything is answered and every chat has a handler."""
        end, waiting = time.monotonic() + SETTLING, self.crowd.chats
        while time.monotonic() < end:
            time.sleep(0.2)
            waiting = [folder for folder in waiting if unanswered(folder)]
            if waiting:
                continue
            resting = set(range(len(self.crowd.chats))) - set(self.crowd.live())
            if not resting:
                return
            # Killed with nothing to do: it would rest.
            for chat in resting:
                self.traffic.send(chat)
            waiting = self.crowd.chats
        raise Hang(f"no rest after {SETTLING} s: {len(waiting)} chats wait for answers")

    def calm(self, leak=None):
        """The same again and again, with one dispatcher: what it has afterwards."""
        rounds = []
        for _ in range(ROUNDS):
            for chat in range(len(self.crowd.chats)):
                self.traffic.send(chat)
                self.harm.kill(chat)
            if leak:
                leak.more()
            self.wait_for_quiet()
            rounds.append(Sample.at_rest(self.crowd))
        return rounds

    def report(self, audit, rounds):
        counts = collections.Counter(audit.counts)
        print(
            f"  {counts['messages']} messages to {len(self.crowd.chats)} chats, "
            f"{len(self.ledger.unsure)} of unknown fate, {self.ledger.without_room} without room; "
            f"{len(self.ledger.begun)} cut short, {counts['redelivered']} redelivered and marked, "
            f"{counts['answered again']} answered again, {counts['set aside']} set aside\n"
            f"  killed: {self.harm.handlers} handlers, {self.harm.dispatchers} dispatchers; "
            f"{self.crowd.refused} starts failed\n"
            f"  waited: {statistics.median(audit.waits):.3f} s, at most {max(audit.waits):.1f} s\n"
            f"  dispatchers: {self.watch}\n"
            f"  the last one, round by round: {'; '.join(map(str, rounds))}", flush=True)


def run(options, folder, disk=None):
    load = Load(options, folder, options.chats, disk)
    try:
        load.warm_up()
        load.storm(options.minutes * 60)
        load.wait_for_quiet()
        rounds = load.calm()
        left = load.crowd.stop()
        audit = Audit(load.crowd.chats, load.ledger)
        load.report(audit, rounds)
        found = audit.problems + load.watch.problems() + growth(rounds)
        if left:
            found.append(f"{left} processes are left")
        if disk and not load.ledger.without_room:
            found.append("the disk was never full")
        return found
    finally:
        load.crowd.sweep()


def prove(options, folder):
    """A check that finds nothing proves nothing: each planted fault must be found."""
    load = Load(options, folder / "proof", 8)
    try:
        load.warm_up()
        load.storm(4)
        load.wait_for_quiet()
        while not load.ledger.begun:  # Without a mark there is none to be lost.
            load.harm.in_the_act(0)
            load.wait_for_quiet()
        for leak in LEAKS:
            prove_leak(load, leak(load.crowd))
        load.crowd.stop()
    finally:
        load.crowd.sweep()
    if wrong := Audit(load.crowd.chats, load.ledger).problems:
        sys.exit("wrong although nothing was planted:\n" + "\n".join(wrong))
    for plant in PLANTED:
        prove_fault(load, plant, folder / plant.__name__)
    print(f"{len(LEAKS) + len(PLANTED)} planted faults found", flush=True)


def prove_leak(load, leak):
    found = growth(load.calm(leak))
    leak.end()
    if not found:
        sys.exit(f"the planted {type(leak).__name__} was not found")


def prove_fault(load, plant, place):
    shutil.copytree(load.crowd.wg_folder / "chat", place)
    folders = [place / folder.name for folder in load.crowd.chats]
    ledger = copy.deepcopy(load.ledger)
    plant(folders, ledger)
    if not Audit(folders, ledger).problems:
        sys.exit(f"the planted fault {plant.__name__} was not found")
    shutil.rmtree(place)


def run_on_disk(options, folder):
    return run(options, folder / "p")


def run_on_full_disk(options, folder):
    disk = Disk(folder / "disk", 64 + options.chats // 2)
    if disk.problem:
        print(f"skipped: a disk that fills up, as none can be mounted: {disk.problem}")
        return []
    found = run(options, disk.folder / "p", disk)
    if not found:
        disk.unmount()
    return found


def judge(name, action, options, folder):
    try:
        found = action(options, folder)
    except Hang as hang:
        found = [f"hangs: {hang}"]
    print(f"{name}: {'nothing lost' if not found else f'{len(found)} problems'}", flush=True)
    if found:
        sys.exit("\n".join(found[:40]) + f"\nits folder is in {folder}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--chats", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=10, help="of each of the two runs")
    parser.add_argument("--rate", type=float, default=200, help="messages in a second")
    parser.add_argument("--kill-every", type=float, default=0.05, help="seconds, a handler")
    parser.add_argument("--end-every", type=float, default=20, help="seconds, the dispatcher")
    parser.add_argument("--seed", default=str(time.time_ns()))
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    print(f"seed {options.seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wg-load-"))
    prove(options, folder)
    judge("killed", run_on_disk, options, folder)
    judge("killed, with a full disk", run_on_full_disk, options, folder)
    shutil.rmtree(folder)


main()
