"""What happens to a project while a program dies at one of its steps.

Each scenario is a function of a world whose dispatcher may be gone at any moment. What a person was
told to have happened is noted in `told`, and must be so whatever dies afterwards.
"""

import json
import shutil
import time

from world import World, kill

LEGACY = ('{"kind":"task","id":".coordinator-7","title":"Coordinator: old","status":"in-progress",'
          '"tags":["coordinator-loop"]}\n')
FOREIGN = '{"kind":"task","id":"somebody-elses","title":"t","status":"open","x":[1,{"y":null}]}\n'


def make_template(folder, programs):
    """A project with a past; each world is a copy of it."""
    world = World(folder, programs)
    world.folder.mkdir()
    world.wg("init")
    (world.wg_folder / "config.toml").write_text(
        '[dispatcher]\nhandler = "echo"\n[chats]\nidle_timeout = "200ms"\nstop_timeout = "5s"\n')
    for _ in range(4):
        world.wg("chat", "create")
    world.wg("chat", "archive", "4")
    world.wg("chat", "send", "3", message(3, "waits"))
    with open(world.wg_folder / "graph.jsonl", "a", encoding="utf-8") as graph:
        graph.write(LEGACY + FOREIGN)


def strip(world):
    """As another program leaves it: no conversation yet, and never a dispatcher."""
    for folder in ("chat", "service"):
        shutil.rmtree(world.wg_folder / folder)


class Told:
    def __init__(self, scenario):
        # By chat: texts that are in its inbox, as far as the sender knows.
        self.sent = {} if scenario in STRIPPED else {3: [message(3, "waits")]}
        self.archived = set()
        # Those of them that a dispatcher said are archived.
        self.recorded = set()
        self.restored = set()
        self.down = set()


def send(world, told, chat, text, waits=True):
    """A message, and its answer while somebody is there to give it."""
    done = world.wg("chat", "send", str(chat), text)
    if done.returncode == 0:
        told.sent.setdefault(chat, []).append(text)
    if waits and done.returncode == 0:
        world.until(lambda: answered(world, chat, text), f"an answer to {text}")


def answered(world, chat, text):
    return any(f'"{text}"' in line for line in outbox(world, chat))


def outbox(world, chat):
    lines = []
    for inbox in (world.wg_folder / "chat").glob("*/inbox.jsonl"):
        if f'"to {chat}: ' in inbox.read_text(errors="replace"):
            path = inbox.with_name("outbox.jsonl")
            lines += path.read_text(errors="replace").splitlines() if path.exists() else []
    return lines


def message(chat, text):
    """Each text names its chat, so that it is known again in the wrong place."""
    return f"to {chat}: {text}"


def boot(world, told):
    """A legacy row, a message that waits, a tombstone that is not settled."""
    del told
    world.until(world.is_ready, "ready")


def serve(world, told):
    send(world, told, 1, message(1, "hello"))
    send(world, told, 1, message(1, "again"))


def idle(world, told):
    """Nobody wants the handler any more, and then somebody does."""
    send(world, told, 1, message(1, "first"))
    world.until(lambda: 1 not in world.handlers(), "the handler idles out")
    send(world, told, 1, message(1, "second"))


def archive(world, told):
    send(world, told, 1, message(1, "before"))
    done = world.wg("chat", "archive", "1", "--json")
    if done.returncode == 0:
        told.archived.add(1)
        note_recorded(told, json.loads(done.stdout))


def restore(world, told):
    archive(world, told)
    # Asked for, and perhaps carried out without an answer.
    told.archived.discard(1)
    if world.wg("chat", "restore", "1").returncode == 0:
        told.restored.add(1)
        send(world, told, 1, message(1, "after"))


def purge(world, told):
    send(world, told, 1, message(1, "one"))
    send(world, told, 2, message(2, "two"))
    done = world.wg("service", "purge-chats", "--yes", "--json")
    if done.returncode == 0:
        told.archived |= {1, 2, 3, 7}
        note_recorded(told, json.loads(done.stdout))


def note_recorded(told, answer):
    """With no dispatcher nobody decides anything."""
    if answer["dispatcher"] == "running":
        told.recorded |= {chat["chat_id"] for chat in answer.get("purged", [answer])}


def stop(world, told):
    """The dispatcher ends, and its handlers with it."""
    send(world, told, 1, message(1, "one"))
    world.wg("service", "stop")
    deadline = time.monotonic() + 10
    while world.is_up and time.monotonic() < deadline:
        time.sleep(0.01)


def down(world, told):
    """An operator said stop, and means it."""
    send(world, told, 1, message(1, "one"))
    if world.wg("chat", "stop", "1").returncode == 0:
        told.down.add(1)


def restart(world, told):
    """Another dispatcher takes over, with the handlers of this one."""
    send(world, told, 1, message(1, "one"))
    world.wg("service", "restart")
    send(world, told, 1, message(1, "two"))


def upgrade(world, told):
    """The same process goes on as another program."""
    send(world, told, 1, message(1, "one"))
    world.wg("service", "upgrade")
    send(world, told, 1, message(1, "two"))


def before_bare(world, told):
    """The first folders of all are made by commands."""
    send(world, told, 1, message(1, "one"), waits=False)
    if world.wg("chat", "archive", "2").returncode == 0:
        told.archived.add(2)


def bare(world, told):
    send(world, told, 3, message(3, "two"))
    if world.wg("service", "purge-chats", "--yes").returncode == 0:
        told.archived |= {1, 3, 7}


def crash(world, told):
    """A handler dies, and another one takes its place."""
    send(world, told, 1, message(1, "one"))
    for pid in world.handlers().get(1, []):
        kill(pid)
    send(world, told, 1, message(1, "two"))


def adopt(world, told):
    """Handlers of a dispatcher that is gone already: `before_adopt` has left one."""
    world.until(world.is_ready, "ready")
    send(world, told, 1, message(1, "two"))


def before_adopt(world, told):
    world.start()
    world.until(world.is_ready, "ready")
    send(world, told, 1, message(1, "one"))
    world.end()
    (world.wg_folder / "service" / "daemon.log").unlink()


DISPATCHER = {
    "boot": boot, "serve": serve, "idle": idle, "archive": archive, "restore": restore,
    "purge": purge, "stop": stop, "adopt": adopt, "down": down, "restart": restart,
    "upgrade": upgrade, "bare": bare, "crash": crash,
}
BEFORE = {"adopt": before_adopt, "bare": before_bare}
STRIPPED = {"bare"}

# With no dispatcher the command does all of it, and is what dies.
COMMANDS = {
    "offline-purge": ["service", "purge-chats", "--yes"],
    "offline-archive": ["chat", "archive", "1"],
    "offline-restore": ["chat", "restore", "4"],
    "offline-down": ["chat", "stop", "1"],
    "offline-send": ["chat", "send", "1", message(1, "offline")],
    "migrate": ["migrate", "chat-rename"],
    "create": ["chat", "create", "--name", "new"],
}


def act(scenario, world, told, tracer=()):
    """Does all of it; the tracer stands between the kernel and the program that is looked at."""
    if scenario in COMMANDS:
        done = world.wg(*COMMANDS[scenario], tracer=tracer)
        if done.returncode == 0:
            note(scenario, told)
        return
    world.start(tracer)
    boot(world, told)
    world.ready_at = time.time()
    DISPATCHER[scenario](world, told)


def note(scenario, told):
    """What the command's success has promised."""
    if scenario == "offline-purge":
        told.archived |= {1, 2, 3, 7}
    elif scenario == "offline-archive":
        told.archived.add(1)
    elif scenario == "offline-restore":
        told.restored.add(4)
    elif scenario == "offline-down":
        told.down.add(1)
    elif scenario == "offline-send":
        told.sent.setdefault(1, []).append(message(1, "offline"))
