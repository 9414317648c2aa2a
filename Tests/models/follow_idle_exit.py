"""Ending for want of demand, held against idle-exit.pml: chats live for some seconds with messages,
listeners and handlers that are killed."""

import json
import subprocess
import time

from spin import judge
from world import kill

MODEL = "idle-exit.pml"
STARTED, ASKED, RESTED = 1, 2, 3
CHATS, MESSAGES, VISITS, KILLS = 2, 20, 6, 4
BOUNDS = {"MESSAGES": MESSAGES, "VISITS": VISITS, "FAILURES": CHATS * KILLS}
# Long enough for a message to come while a handler is idle, and while it ends.
IDLE_TIMEOUT = "15ms"


def follow(world, chance):
    """What is wrong with what the dispatcher of the world decides about its chats."""
    live(world, chance)
    found = paths(world.wg_folder / "service" / "decisions.jsonl")
    wrong = [] if len(found) == CHATS else [f"{MODEL}: decisions about {len(found)} chats"]
    for chat, decisions in found.items():
        wrong += judge(MODEL, chat, BOUNDS, decisions, list(spoiled(decisions)), coded)
    return wrong


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


def coded(decisions):
    return [kind * 4 + demand[0] * 2 + demand[1] for kind, demand in decisions]


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
