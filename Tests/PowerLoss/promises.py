"""What people were told until some moment of a recording, and what of it a disk must show."""

import copy
import json
import pathlib
import re

from checks import parsed
from scenarios import STRIPPED, Told, message

CHATS = {1, 2, 3, 4, 7}
PURGED = CHATS - {4}


class Promises:
    """Grows with the recording: a command that has ended well has promised something."""

    def __init__(self, scenario):
        self.told = Told(scenario)
        if scenario not in STRIPPED:
            self.told.archived = {4}
        self.created = set()
        self.stopping = set()   # chats that somebody has told to stop, heard or not
        self.runs = {}          # chat: the highest number that a run of it has had
        self.commands = {}      # pid: its arguments

    def take(self, operation):
        if operation.kind == "begin" and is_wg(operation.arguments):
            self.commands[operation.pid] = operation.arguments[1:]
            self.asked(operation.arguments[1:])
        elif operation.kind == "end" and operation.size == 0:
            self.kept(self.commands.pop(operation.pid, ()))
        elif operation.kind == "socket":
            self.ran(operation.path)
        elif operation.kind == "rename":
            self.ran(operation.to)

    def asked(self, words):
        """From here on it may have been done."""
        if words[:2] == ("chat", "restore"):
            self.told.archived.discard(int(words[2]))
        elif words[:2] == ("chat", "stop"):
            self.stopping.add(int(words[2]))

    def kept(self, words):
        told = self.told
        if words[:2] == ("chat", "send"):
            told.sent.setdefault(int(words[2]), []).append(words[3])
        elif words[:2] == ("chat", "archive"):
            told.archived.add(int(words[2]))
        elif words[:2] == ("chat", "restore"):
            told.restored.add(int(words[2]))
        elif words[:2] == ("chat", "stop"):
            told.down.add(int(words[2]))
        elif words[:2] == ("service", "purge-chats"):
            told.archived |= PURGED
        elif words[:2] == ("chat", "create"):
            self.created.add(words[words.index("--name") + 1])

    def ran(self, path):
        found = re.search(r"/notify/(\d+)-(\d+)$", path)
        if found:
            chat, run = int(found[1]), int(found[2])
            self.runs[chat] = max(run, self.runs.get(chat, 0))

    def now(self):
        """As of this moment."""
        moment = copy.copy(self)
        moment.told, moment.created = copy.deepcopy(self.told), set(self.created)
        moment.stopping, moment.runs = set(self.stopping), dict(self.runs)
        return moment

    def broken(self, wg_folder):
        """What a disk lacks that nobody has touched since the cut."""
        service = pathlib.Path(wg_folder) / "service"
        return self.no_tombstone(service / "tombstones") + self.reused(service)

    def no_tombstone(self, folder):
        return [
            f"chat {chat} was archived and its tombstone is {state}"
            for chat in sorted(self.told.archived)
            if (state := state_of(folder / f"chat-{chat}.json")) != "whole"]

    def reused(self, service):
        """The number up to which a chat's runs are used must be known, or the next ones repeat them."""
        shared = number_in(service / "incarnations.json", "reserved")
        found = []
        for chat, run in self.runs.items():
            known = max(shared, last_run(service / "chats", chat))
            if known < run:
                found.append(f"chat {chat} had run {run}, and the records say {known}")
        return found

    def __repr__(self):
        return repr((vars(self.told), sorted(self.created), self.stopping, self.runs))


def is_wg(arguments):
    return bool(arguments) and arguments[0].endswith("/wg")


def state_of(path):
    if not path.exists():
        return "missing"
    try:
        json.loads(path.read_text())
    except ValueError:
        return "broken"
    return "whole"


def last_run(folder, chat):
    """As the chat's own file says, or the journal beside it."""
    journal = folder / "journal.jsonl"
    text = journal.read_text("utf-8", "replace") if journal.exists() else ""
    rows = [whole(line) for line in text.split("\n")]
    own = [row["record"]["incarnation"] for row in rows if row and row.get("chat_id") == chat]
    return max([*own, number_in(folder / f"chat-{chat}.json", "incarnation")])


def whole(line):
    """The object of a line; nothing for one that was torn."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def number_in(path, key):
    return json.loads(path.read_text())[key] if state_of(path) == "whole" else 0


def unsaid(world, moment):
    """What the programs answer after the cut: before anything is started, nothing needs a hand."""
    done = world.wg("chat", "list", "--all", "--json")
    if done.returncode:
        return [f"`wg chat list` says {done.stderr.strip()}"]
    chats = json.loads(done.stdout)["chats"]
    missing = moment.created - {chat["name"] for chat in chats}
    found = [f"chat {name} was created and is not there" for name in missing]
    missing = CHATS - {chat["chat_id"] for chat in chats}
    found += [f"chat {chat} is not there any more" for chat in missing]
    done = world.wg("service", "status")
    if done.returncode not in (0, 69) or "corrupt" in done.stderr:
        found.append(f"`wg service status` says {done.stderr.strip()}")
    return found


def write_to_all(world, moment):
    """Messages that come after the cut: they must not be taken for any that came before."""
    told = moment.told
    for chat in world.json("chat", "list")["chats"]:
        number = chat["chat_id"]
        # It was stopped, and the power went before anybody was told.
        if chat["state"] == "down" and number in moment.stopping:
            told.down.add(number)
        # As long as those of the scenarios.
        text = message(number, "later")
        if world.wg("chat", "send", str(number), text).returncode == 0:
            told.sent.setdefault(number, []).append(text)


def doubled(world):
    """No id and no request stands twice in a file."""
    found = []
    for path in sorted((world.wg_folder / "chat").glob("*/*box.jsonl")):
        rows = [row for row in map(parsed, path.read_bytes().split(b"\n")) if row]
        for member in ("id", "request_id"):
            values = [row.get(member) for row in rows if row.get("role") != "system-error"]
            if len(values) != len(set(values)):
                found.append(f"{path.parent.name}/{path.name}: {member}s {values}")
    return found
