#!/usr/bin/env python3
"""Holds what a real dispatcher decides against the model of ending for want of demand.

Chats live for some seconds: messages, listeners, handlers that are killed. What the dispatcher wrote into
its decision log is one path for each chat; Spin looks whether the model has that path. Then each log is
spoiled in some way, and the model must not have the path that is left: a check that finds nothing
proves nothing.
"""

import argparse
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "CrashPoints"))

from world import World, kill

MODEL = pathlib.Path(__file__).resolve().parent / "idle-exit.pml"
STARTED, ASKED, RESTED = 1, 2, 3
CHATS, MESSAGES, VISITS, KILLS = 2, 20, 6, 4
# Long enough for a message to come while a handler is idle, and while it ends.
SETTINGS = """[chats]
idle_timeout = "15ms"
[supervision]
backoff_first = "1ms"
backoff_cap = "5ms"
crash_limit = 1000
poison_limit = 1000
chat_burst = 1000
"""
DEPTH = 5_000_000


def live(world, chance):
    """What happens to the chats, until they have come to rest."""
    chats = [world.json("chat", "create", "--handler", "echo")["chat_id"] for _ in range(CHATS)]
    deeds = [(deed, chat) for chat in chats for deed, count in
             ((send, MESSAGES), (listen, VISITS), (strike, KILLS)) for _ in range(count)]
    chance.shuffle(deeds)
    listeners = []
    for deed, chat in deeds:
        deed(world, chat, listeners)
        time.sleep(chance.choice((0, 0, 0.05, 0.1, 0.2)))
        while listeners and chance.random() < 0.5:
            leave(listeners.pop())
    for listener in listeners:
        leave(listener)
    world.until(lambda: not world.handlers(), "the chats rest")


def send(world, chat, _):
    done = world.wg("chat", "send", str(chat), "a message")
    if done.returncode:
        raise RuntimeError(done.stderr)


def listen(world, chat, listeners):
    listeners.append(subprocess.Popen(
        [world.programs / "wg", "chat", "attach", str(chat)], cwd=world.folder, env=world.environment,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def leave(listener):
    listener.stdin.close()
    listener.wait()


def strike(world, chat, _):
    for pid in world.handlers().get(chat, ()):
        kill(pid)


def paths(log):
    """For each chat what was decided: pairs of a decision and what was known of demand."""
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    by_chat = {}
    for row in rows:
        by_chat.setdefault(row["chat_id"], []).append(row)
    return {chat: list(path(own)) for chat, own in by_chat.items()}


def path(rows):
    for row, after in zip(rows, [*rows[1:], {}]):
        demand = (min(row["pending"], 1), min(row["consumers"], 1))
        # Part of the same decision, or of one that is put off: resting is not where it ends.
        goes_on = "step" in after and after["to"] in ("starting", "backoff")
        if row["to"] == "starting" and row["from"] != "starting":
            yield STARTED, demand
        elif row["to"] == "stopping" and row["clause"] == "idle-timeout":
            yield ASKED, demand
        elif row["to"] == "resting" and not goes_on:
            yield RESTED, demand


def spoiled(decisions):
    """The same with something in it that no dispatcher may do."""
    first = {kind: index for index, (kind, _) in reversed(list(enumerate(decisions)))}
    wrongs = {
        "a start that nobody wants": (STARTED, lambda d: [(STARTED, (0, 0))]),
        "an end with a message waiting": (ASKED, lambda d: [(ASKED, (1, 0))]),
        "rest with a message waiting": (RESTED, lambda d: [(RESTED, (1, 0))]),
        "a run that is nowhere": (STARTED, lambda d: []),
    }
    for name, (kind, change) in wrongs.items():
        if kind in first:
            at = first[kind]
            yield name, decisions[:at] + change(decisions[at]) + decisions[at + 1:]


def has_path(decisions):
    """Whether the model can decide just this, whatever happens to the chat."""
    trace = [kind * 4 + demand[0] * 2 + demand[1] for kind, demand in decisions]
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "trace.h").write_text(
            f"#define DECISIONS {len(trace)}\n#define MESSAGES {MESSAGES}\n#define VISITS {VISITS}\n"
            f"#define FAILURES {CHATS * KILLS}\n"
            f"byte decided[{len(trace) + 1}] = {{ {', '.join(map(str, trace))}, 0 }};\n")
        shutil.copy(MODEL, folder)
        subprocess.run(["spin", "-DTRACE", "-a", MODEL.name], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(["cc", "-w", "-DSAFETY", "-DNOCLAIM", "-o", "follow", "pan.c"], cwd=folder,
                       check=True)
        done = subprocess.run(["./follow", "-E", "-n", f"-m{DEPTH}"], cwd=folder, stdout=subprocess.PIPE,
                              text=True, check=False).stdout
    if "errors: " not in done or "search depth too small" in done:
        sys.exit(f"follow: the search did not come to its end:\n{done}")
    return "assertion violated (step<" in done


def judge(chat, decisions):
    wrong = [] if has_path(decisions) else [f"chat {chat}: the model does not have {decisions}"]
    found = 0
    for name, other in spoiled(decisions):
        found += not has_path(other)
        if has_path(other):
            wrong.append(f"chat {chat}: {name} was not noticed")
    print(f"idle-exit.pml: chat {chat}, {len(decisions)} decisions followed, {found} spoiled logs found",
          flush=True)
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wg-follow-") as folder:
        world = World(pathlib.Path(folder) / "p", options.programs.absolute())
        world.folder.mkdir()
        world.wg("init")
        (world.wg_folder / "config.toml").write_text(SETTINGS)
        try:
            world.start()
            world.until(world.is_ready, "ready")
            live(world, random.Random(options.seed))
            found = paths(world.wg_folder / "service" / "decisions.jsonl")
        finally:
            world.sweep()
    wrong = [problem for chat, decisions in found.items() for problem in judge(chat, decisions)]
    if wrong or len(found) != CHATS:
        sys.exit("\n".join([f"seed {options.seed}", *wrong]))


signal.signal(signal.SIGPIPE, signal.SIG_IGN)
main()
