"""Purge and adoption, held against purge.pml: what the decision log of several dispatchers says of each
chat, and what was seen from outside."""

from play import instant, read
from purging import Purging, Step
from spin import judge

MODEL = "purge.pml"
# Handlers end when they are killed or archived, and for nothing else.
IDLE_TIMEOUT = "1h"
# The dispatcher's own; what is seen from outside goes on meanwhile.
DECIDED = (*range(Step.STARTED, Step.ANSWERED), Step.DIED, Step.SPAWNED)
LIVE = ("starting", "running", "stopping")


def follow(world, chance):
    """What is wrong with what the dispatchers of the world decide about its chats."""
    purging = Purging(world, chance)
    purging.run()
    rows = read(world.wg_folder / "service" / "decisions.jsonl")
    bounds = {"REOPENINGS": purging.reopenings}
    wrong = []
    for chat in purging.chats:
        path = path_of(chat, rows, purging.seen)
        wrong += judge(MODEL, chat, bounds, path, list(spoiled(path)), coded)
    return wrong


def path_of(chat, rows, seen):
    """One order of what was decided and what was seen: whatever is seen has happened before."""
    steps = [(instant(row["timestamp"]), step) for row in rows if row["chat_id"] == chat
             for step in decided(row)]
    steps += [(time, what) for time, what, other in seen if other == chat]
    return [step for _, step in sorted(steps, key=lambda pair: pair[0])]


def decided(row):
    """The steps of the model that a decision is."""
    inputs = row.get("inputs", {})
    if inputs.get("registered", {}).get("tombstoned"):
        yield Step.STOOD
    if inputs.get("event", {}).get("kind") == "tombstoned":
        yield Step.BURIED
    if row["clause"] == "adopted":
        yield Step.ADOPTED
    if row["clause"] == "spawned":
        yield Step.SPAWNED
    if row["to"] == "starting" and row["from"] != "starting":
        yield Step.STARTED
    if row["from"] in LIVE and row["to"] not in LIVE:
        yield Step.ENDED


def coded(path):
    """For the model: each step, and whether rows may be lost there, yet unwritten at a death."""
    return [2 * step + is_before_death(path[at:]) for at, step in enumerate(path)]


def is_before_death(rest):
    """Whether no dispatcher tells anything more before it dies."""
    return next((step for step in rest if step in DECIDED), None) == Step.DIED


def spoiled(path):
    """The same with something in it that nobody may do."""
    wrongs = {
        "a start after the answer": (Step.ANSWERED, [Step.ANSWERED, Step.STARTED]),
        "a handler that lives after the answer": (Step.ANSWERED, [Step.ANSWERED, Step.LIVES]),
        "a tombstone that is gone": (Step.ANSWERED, [Step.ANSWERED, Step.LACKS]),
        "a dispatcher that overlooks the tombstone": (Step.STOOD, [Step.STARTED]),
        "a start beside what was adopted": (Step.ADOPTED, [Step.ADOPTED, Step.STARTED]),
    }
    for name, (step, instead) in wrongs.items():
        if step in path:
            at = path.index(step)
            yield name, path[:at] + instead + path[at + 1:]
    yield from disordered(path)
    yield from unadopted(path)


def disordered(path):
    """Of an archive that one dispatcher has seen from the tombstone to the answer, another order."""
    order = {Step.BURIED, Step.ENDED, Step.ANSWERED}
    places = [at for at, step in enumerate(path) if step in {*order, Step.DIED}]
    for buried, ended, answered in zip(places, places[1:], places[2:]):
        if (path[buried], path[ended], path[answered]) == (Step.BURIED, Step.ENDED, Step.ANSWERED):
            before, after = path[:buried], path[answered + 1:]
            end = path[buried + 1:answered]
            if Step.STRUCK not in before:
                yield "no tombstone", [*before, *end, Step.ANSWERED, *after]
            yield "a start after the tombstone", [*before, Step.BURIED, Step.STARTED, *path[buried + 1:]]
            yield "a tombstone after the answer", [*before, *end, Step.ANSWERED, Step.BURIED, *after]
            yield "an answer before the end", [*before, Step.BURIED, Step.ANSWERED, *end, *after]


def unadopted(path):
    """A handler is started where one was adopted that lived, and that nobody had killed."""
    if Step.ADOPTED in path:
        at = path.index(Step.ADOPTED)
        if Step.LIVES in path[:at] and Step.STRUCK not in path[:at]:
            yield "a start instead of an adoption", [*path[:at], Step.STARTED, *path[at + 1:]]
