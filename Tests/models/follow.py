#!/usr/bin/env python3
"""Holds what a real dispatcher decides against the models.

Chats live for some seconds. What the dispatcher wrote into its decision log, and what else was seen, is one
path for each chat; Spin looks whether the model has that path. Then each path is spoiled in some way,
and the model must not have what is left: a check that finds nothing proves nothing.
"""

import argparse
import pathlib
import random
import signal
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "CrashPoints"))

import follow_fencing
import follow_idle_exit
import follow_purge
from world import World

# Failures are to be many, and none of them the last.
SETTINGS = """[chats]
idle_timeout = "{idle_timeout}"
[supervision]
backoff_first = "1ms"
backoff_cap = "5ms"
crash_limit = 1000
poison_limit = 1000
chat_burst = 1000
"""


def follow(model, programs, seed):
    """What is wrong, in a project of its own."""
    with tempfile.TemporaryDirectory(prefix="wg-follow-") as folder:
        world = World(pathlib.Path(folder) / "p", programs)
        world.folder.mkdir()
        world.wg("init")
        settings = SETTINGS.format(idle_timeout=model.IDLE_TIMEOUT)
        (world.wg_folder / "config.toml").write_text(settings)
        try:
            world.start()
            world.until(world.is_ready, "ready")
            return model.follow(world, random.Random(seed))
        finally:
            world.sweep()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # A hang ends in a trace without the seed otherwise.
    print(f"follow: seed {options.seed}", flush=True)
    wrong = [problem for model in (follow_idle_exit, follow_purge, follow_fencing)
             for problem in follow(model, options.programs.absolute(), options.seed)]
    if wrong:
        sys.exit("\n".join([f"seed {options.seed}", *wrong]))


signal.signal(signal.SIGPIPE, signal.SIG_IGN)
main()
