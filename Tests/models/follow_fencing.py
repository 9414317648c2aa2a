"""Adoption and fencing, held against fencing.pml: the decision log of several dispatchers, the answers, and
what was done to the handlers and to the files of their locks."""

from fencing import Fencing, Step
from play import instant, read
from spin import judge
from spoiling import spoiled

MODEL = "fencing.pml"
# Handlers end when they are killed or replaced, and for nothing else.
IDLE_TIMEOUT = "1h"


def follow(world, chance):
    """What is wrong with what the dispatchers and the handlers of the world do."""
    fencing = Fencing(world, chance)
    fencing.run()
    rows = read(world.wg_folder / "service" / "decisions.jsonl")
    wrong = []
    for chat in fencing.chats:
        steps = steps_of(chat, rows, fencing)
        numbers, lost = numbered(steps)
        path = [(what, numbers[pid], message) for what, pid, message in steps]
        # One more for a run that is made up.
        bounds = {"FILES": max(numbers.values()) + 2, "LOST": lost, "MESSAGES": fencing.count(chat)}
        wrong += judge(MODEL, chat, bounds, path, list(spoiled(path)), coded)
    return wrong


def steps_of(chat, rows, fencing):
    """One order of what was decided, answered and done: of each step what, of which process and message."""
    steps = [(instant(row["timestamp"]), step) for row in rows if row["chat_id"] == chat
             for step in decided(row)]
    steps += [(instant(row["timestamp"]), answered(row)) for row in fencing.answers_in(chat)]
    steps += [(time, what) for time, what, other in fencing.seen if other == chat]
    return list(begun([(*step, 0, 0)[:3] for _, step in sorted(steps, key=lambda pair: pair[0])]))


def begun(steps):
    """The same, and of each start which process came of it, if that is known."""
    for at, (what, pid, message) in enumerate(steps):
        after, started, _ = next((step for step in steps[at + 1:] if step[0] <= Step.DIED), (None, 0, 0))
        is_known = what == Step.STARTED and after == Step.SPAWNED
        yield what, started if is_known else pid, message


def decided(row):
    """The steps of the model that a decision is."""
    if row.get("inputs", {}).get("event", {}).get("kind") == "exited":
        yield Step.ENDED, row["pid"]
    if row["clause"] == "adopted":
        yield Step.ADOPTED, row["pid"]
    if row["clause"] == "spawned":
        yield Step.SPAWNED, row["pid"]
    if row["clause"] == "spawn-denied":
        yield (Step.DENIED,)
    if row["to"] == "starting" and row["from"] != "starting":
        yield (Step.STARTED,)


def answered(row):
    """Of the slow handlers it is known who it was."""
    pid = int(row["content"]) if row["content"].isdigit() else 0
    return Step.ANSWERED, pid, int(row["request_id"].removeprefix("request-"))


def numbered(steps):
    """Numbers for the runs, and how many are for those whose beginning may be in no log.

    The last of these is for a start that came to nothing. 0 is no run.
    """
    known = {pid: None for what, pid, _ in steps if what == Step.SPAWNED}
    lost = {pid: None for _, pid, _ in steps if pid and pid not in known}
    ordered = [0, *lost, None, *known]
    return {pid: number for number, pid in enumerate(ordered)}, len(lost) + 1


def coded(path):
    """For the model: the parts of a step, and whether rows may be lost there, yet unwritten at a death."""
    return [((what * 100 + run) * 1000 + message) * 2 + is_before_death(path[at:])
            for at, (what, run, message) in enumerate(path)]


def is_before_death(rest):
    """Whether no dispatcher tells anything more before it dies."""
    return next((what for what, _, _ in rest if what <= Step.DIED), None) == Step.DIED
