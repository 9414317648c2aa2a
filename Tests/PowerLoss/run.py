#!/usr/bin/env python3
"""Cuts the power at every moment of what the programs do, and looks whether everything that must hold
does hold after the next start.

What they do to files is recorded once for each scenario, on a slow disk; from the recording come the
disks that a cut may leave: nothing that was not synced, names without what is in them, torn writes,
changes in another order. Each is laid out and given to a real dispatcher.

    make power                             a sample of each scenario, drawn by a seed
    make power SAMPLE=0 SCENARIOS=purge    every moment

Of a disk on which something is wrong there are two: `left` as the cut left it, `p` after the start.
"""

import argparse
import concurrent.futures
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "CrashPoints"))

from checks import problems
from disk import Disk, differences, lay_out
from losses import CORNERS, drawn, everything, whole
from planted import PLANTED, without
from promises import Promises, doubled, unsaid, write_to_all
from recording import DISKS, operations, record
from scenarios import BEFORE, COMMANDS, DISPATCHER, STRIPPED, Told, act, make_template, strip
from world import Hang, World

# Ways to lose drawn by chance at each moment, when every moment is tried.
DRAWN = 3


class Story:
    """A scenario's recording, on one kind of disk."""

    def __init__(self, scenario, disk, folder, options):
        self.scenario, self.disk = scenario, disk
        self.base, self.place = (folder / disk / scenario / name for name in ("base", "p"))
        shutil.copytree(folder / "template", self.base)
        if scenario in STRIPPED:
            strip(World(self.base, options.programs))
        shutil.copytree(self.base, self.place)
        log = self.place.parent / "calls"
        record([sys.executable, __file__, "--programs", str(options.programs), "--perform", scenario,
                "--folder", str(self.place)], log, disk)
        self.steps, self.unsure = operations(log, self.place)

    def __str__(self):
        return f"{self.scenario}/{self.disk}"

    def moments(self):
        """Where a cut leaves something else than one step before."""
        kinds = ("open", "write", "truncate", "rename", "remove", "mkdir", "sync", "syncall", "end")
        return [index for index, step in enumerate(self.steps) if step.kind in kinds]

    def disks(self, cuts, steps=None):
        """For each cut, a moment and a way to lose: what is on the disk, and what was promised."""
        wanted = {}
        for index, way in cuts:
            wanted.setdefault(index, []).append(way)
        disk, promises = self.begin(), Promises(self.scenario)
        for index, step in enumerate(steps or self.steps):
            disk.apply(step)
            promises.take(step)
            for way in wanted.get(index, ()):
                yield (index, way), disk.picture(*ways(disk, way)), promises.now()

    def begin(self):
        disk = Disk(self.base)
        disk.root = pathlib.PurePosixPath(self.place)
        return disk

    def mistakes(self):
        """Where the model says something else than the real folder: it must know every change."""
        disk = self.begin()
        for step in self.steps:
            disk.apply(step)
        return [
            name for name in differences(disk.picture(everything, whole), self.place)
            if str(self.place / name) not in self.unsure]


def ways(disk, way):
    return CORNERS[way] if way in CORNERS else drawn(disk, way)


def perform(scenario, folder, programs):
    """What is recorded."""
    world, told = World(folder, programs), Told(scenario)
    try:
        BEFORE.get(scenario, lambda *_: None)(world, told)
        act(scenario, world, told)
    finally:
        world.sweep()


def wrong_with(picture, moment, folder, programs):
    """Lays a disk out, starts everything on it, and looks."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="d", dir=folder)) / "p"
    world = World(place, programs)
    lay_out(picture, place)
    try:
        found = moment.broken(world.wg_folder) or unsaid(world, moment)
        if not found:
            write_to_all(world, moment)
            found = problems(world, moment.told) + doubled(world)
    except Hang as hang:
        found = [f"hangs: {hang}"]
    except (ValueError, KeyError, OSError) as problem:  # A check stumbles: a finding as well.
        found = [f"{type(problem).__name__}: {problem}"]
    finally:
        world.sweep()
    if found:
        lay_out(picture, place.with_name("left"))
    else:
        shutil.rmtree(place.parent)
    return found, place.parent


def chosen(story, options):
    """The cuts to try: all, or some that a seed draws."""
    chance = random.Random(f"{options.seed}{story}")
    moments = story.moments()
    cuts = [(index, way) for index in moments for way in CORNERS]
    cuts += [(index, f"{options.seed}.{number}") for index in moments for number in range(DRAWN)]
    if options.sample:
        # Many leave the same disk.
        cuts = chance.sample(cuts, min(len(cuts), 4 * options.sample))
    return cuts


def different(disks, limit):
    """Each disk once."""
    seen, found = set(), []
    for cut, picture, moment in disks:
        key = hash((repr(picture), repr(moment)))
        if key not in seen:
            seen.add(key)
            found.append((cut, picture, moment))
    return found if not limit else found[::max(1, len(found) // limit)][:limit]


def cut(story, folder, options):
    disks = different(story.disks(chosen(story, options)), options.sample)
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tries = {
            pool.submit(wrong_with, picture, moment, folder, options.programs): name
            for name, picture, moment in disks}
        for done in concurrent.futures.as_completed(tries):
            wrong, place = done.result()
            index, way = tries[done]
            for problem in wrong:
                print(f"{story} {index}:{way}: {problem}\n    in {place}", flush=True)
            failures += bool(wrong)
    print(f"{story}: {len(story.moments())} moments, {len(disks)} disks, {failures} failed",
          flush=True)
    return failures


def prove(stories, folder, options):
    """A check that finds nothing proves nothing: without each of these syncs it must find something."""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        found = list(pool.map(
            lambda fault: is_found(stories[fault[0]], fault[1], folder, options), PLANTED))
    for (scenario, path), is_one in zip(PLANTED, found):
        if not is_one:
            sys.exit(f"{scenario} without syncing {path}: nothing was found")
    print(f"{len(PLANTED)} planted faults found", flush=True)


def is_found(story, path, folder, options):
    """Whether anything is wrong where something was promised; all promises are made at the end."""
    steps = without(story.steps, path)
    ends = [index for index, step in enumerate(steps) if step.kind in ("end", "socket")]
    disks = different(story.disks([(index, way) for index in ends for way in CORNERS], steps), 0)
    return any(wrong_with(*disk[1:], folder, options.programs)[0] for disk in reversed(disks))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--scenarios", nargs="*", default=[*DISPATCHER, *COMMANDS])
    parser.add_argument("--sample", type=int, default=0, help="disks of each scenario; 0: all")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--disks", nargs="*", choices=[*DISKS], default=[*DISKS])
    parser.add_argument("--perform", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, help="where all of it takes place")
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    if options.perform:
        perform(options.perform, options.folder, options.programs)
        return
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wg-power-", dir=options.folder))
    make_template(folder / "template", options.programs)
    stories, planted = tell(folder, options)
    prove(planted, folder, options)
    failures = sum(cut(story, folder, options) for story in stories)
    if failures:
        sys.exit(f"{failures} disks failed; they are in {folder}")
    shutil.rmtree(folder)


def tell(folder, options):
    """Records the scenarios that are asked for, and those of the planted faults."""
    wanted = [(scenario, disk) for scenario in options.scenarios for disk in options.disks]
    if options.sample:
        chance = random.Random(options.seed)
        wanted = [(scenario, chance.choice(options.disks)) for scenario in options.scenarios]
    planted = dict.fromkeys((scenario, "slow") for scenario, _ in PLANTED)
    names = list(dict.fromkeys([*wanted, *planted]))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        stories = list(pool.map(lambda name: Story(*name, folder, options), names))
    for story in stories:
        if mistakes := story.mistakes():
            sys.exit(f"{story}: the model of the disk is not what is there: {mistakes}")
    stories = dict(zip(names, stories))
    return [stories[name] for name in wanted], {name: stories[name, "slow"] for name, _ in planted}


main()
