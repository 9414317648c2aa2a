#!/usr/bin/env python3
"""Kills a program at every system call of what it does, or lets each call fail once, and looks whether
everything that must hold does hold after the next start.

    make crashes                            a sample of each scenario, drawn by a seed
    make crashes SAMPLE=0 SCENARIOS=purge   every point
    Tests/CrashPoints/run.py --scenarios purge --only openat:12:KILL
"""

import argparse
import concurrent.futures
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

from checks import problems, unrecorded
from faults import PINNED, Fault, faults, recorder
from scenarios import BEFORE, COMMANDS, DISPATCHER, STRIPPED, Told, act, make_template, strip
from world import Hang, World


class Runner:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        make_template(folder / "template", options.programs)

    def world(self, scenario, told):
        place = pathlib.Path(tempfile.mkdtemp(prefix="w", dir=self.folder)) / "p"
        shutil.copytree(self.folder / "template", place)
        world = World(place, self.options.programs)
        if scenario in STRIPPED:
            strip(world)
        if scenario in BEFORE:
            BEFORE[scenario](world, told)
        return world

    def points(self, scenario):
        """Runs it once unhurt: it must pass, and its calls are the points."""
        told, began = Told(scenario), time.time()
        world = self.world(scenario, told)
        log = world.folder / "calls"
        try:
            act(scenario, world, told, recorder(log))
            world.end()
            found = faults(log, since(world, scenario, began), self.options.kinds)
            wrong = problems(world, told) + searches(log)
        finally:
            world.sweep()
        if wrong:
            sys.exit(f"{scenario}: wrong although nothing was hurt: {wrong}")
        return found

    def try_point(self, scenario, fault):
        told = Told(scenario)
        world = self.world(scenario, told)
        try:
            act(scenario, world, told, fault.tracer(world))
            world.end()
            # A file that cannot be written loses rows, and no more than rows.
            wrong = [] if fault.error else unrecorded(world, told)
            wrong += problems(world, told)
        except Hang as hang:
            wrong = [f"hangs: {hang}"]
        except (ValueError, KeyError, OSError) as problem:  # A check stumbles: a finding as well.
            wrong = [f"{type(problem).__name__}: {problem}"]
        finally:
            world.sweep()
        if not wrong:
            shutil.rmtree(world.folder.parent)
        return wrong, world


def lose_archive(world):
    """As if neither the tombstone nor the row had been written."""
    (world.wg_folder / "service" / "tombstones" / "chat-1.json").unlink()
    template = world.folder.parent.parent / "template"
    shutil.copy(template / ".wg" / "graph.jsonl", world.wg_folder / "graph.jsonl")


def lose_answer(world):
    for outbox in (world.wg_folder / "chat").glob("*/outbox.jsonl"):
        outbox.write_text("".join(outbox.read_text().splitlines(True)[:-1]))


def repeat_answer(world):
    for outbox in (world.wg_folder / "chat").glob("*/outbox.jsonl"):
        outbox.write_text(outbox.read_text() * 2)


def lose_decisions(world):
    (world.wg_folder / "service" / "decisions.jsonl").write_text("")


def change_row(world):
    graph = world.wg_folder / "graph.jsonl"
    graph.write_text(graph.read_text().replace('"y":null', '"y":0').replace('"y": null', '"y": 0'))


PLANTED = [("archive", lose_archive), ("serve", lose_answer), ("serve", repeat_answer),
           ("serve", change_row), ("archive", lose_decisions)]


def prove(runner):
    """A check that finds nothing proves nothing: each planted fault must be found."""
    for scenario, plant in PLANTED:
        told = Told(scenario)
        world = runner.world(scenario, told)
        try:
            act(scenario, world, told)
            world.end()
            plant(world)
            wrong = unrecorded(world, told) + problems(world, told)
        finally:
            world.sweep()
        if not wrong:
            sys.exit(f"the planted fault {plant.__name__} was not found")
    print(f"{len(PLANTED)} planted faults found", flush=True)


def searches(log):
    """Where nothing was hurt, each lock names its holder: all processes are searched for none.

    A dispatcher that kept the locks of chats it archived did so for each of them.
    """
    if re.search(r'"/proc/\d+/fd[/"]', log.read_text(errors="replace")):
        return ["it looked at the descriptors of all processes for who holds a lock"]
    return []


def since(world, scenario, began):
    """Points of the start belong to the scenarios that are about it."""
    return began if scenario in COMMANDS or scenario in ("boot", "adopt") else world.ready_at


def run(runner, scenario, options):
    points = [Fault.parse(options.only)] if options.only else runner.points(scenario)
    total = len(points)
    if options.sample and not options.only:
        points = random.Random(f"{options.seed}{scenario}").sample(
            points, min(options.sample, total)) + PINNED.get(scenario, [])
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tries = {pool.submit(runner.try_point, scenario, point): point for point in points}
        for done in concurrent.futures.as_completed(tries):
            wrong, world = done.result()
            for problem in wrong:
                print(f"{scenario} {tries[done]}: {problem}\n    in {world.folder}", flush=True)
            failures += bool(wrong)
    print(f"{scenario}: {len(points)} of {total} points, {failures} failed", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--scenarios", nargs="*", default=[*DISPATCHER, *COMMANDS])
    parser.add_argument("--kinds", nargs="*", default=["kill", "error"])
    parser.add_argument("--sample", type=int, default=0, help="points of each scenario; 0: all")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--only", help="one point, as a failure names it")
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    print(f"seed {options.seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wg-crash-"))
    runner = Runner(options, folder)
    prove(runner)
    failures = sum(run(runner, scenario, options) for scenario in options.scenarios)
    if failures:
        sys.exit(f"{failures} points failed; their folders are in {folder}")
    shutil.rmtree(folder)


main()
