"""What must be found in the files when all is over: inbox and outbox are the truth."""

import collections
import datetime
import json

from checks import parsed


def document(path):
    """What a file of JSON holds; nothing when it is not there or not whole."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def rows(path):
    """The rows of a file that are whole: every reader passes over the others."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [row for row in map(parsed, lines) if row]


def answers(folder):
    return rows(folder / "outbox.jsonl")


def unanswered(folder):
    done = {row["request_id"] for row in answers(folder)}
    return [row for row in rows(folder / "inbox.jsonl") if row["request_id"] not in done]


def seconds(timestamp):
    return datetime.datetime.fromisoformat(timestamp).timestamp()


class Audit:
    def __init__(self, folders, ledger):
        self.ledger = ledger
        self.problems = []
        self.counts = collections.Counter()
        self.waits = []
        for chat, folder in enumerate(folders):
            self.look_at(chat, folder)
        self.look_for_the_promised({
            row["request_id"] for folder in folders for row in rows(folder / "inbox.jsonl")})

    def say(self, what, folder):
        self.problems.append(f"{what}\n    in {folder}")

    def look_at(self, chat, folder):
        asked = rows(folder / "inbox.jsonl")
        given = collections.defaultdict(list)
        for row in answers(folder):
            given[row["request_id"]].append(row)
        self.look_at_order(asked, given, folder)
        dead = self.set_aside(chat, folder)
        for question in asked:
            self.look_at_answers(question, given.pop(question["request_id"], []), dead, folder)
        for request in given:
            self.say(f"{request}: answered, and nobody asked", folder)
        self.look_at_marks(chat, folder)

    def set_aside(self, chat, folder):
        """What may be answered with an error: messages with which three runs have ended."""
        if self.ledger.kills.get(chat, 0) < 3 and not self.ledger.had_full_disk:
            return set()
        return {row["message"]["request_id"] for row in rows(folder / "dead-letters.jsonl")}

    def look_at_order(self, asked, given, folder):
        """Answers come in the order of the questions."""
        ids = [row["request_id"] for row in asked]
        first = [given[request][0]["id"] for request in ids if request in given]
        if first != sorted(first) or len(ids) != len(set(ids)):
            self.say("not in order, or a question stands twice", folder)

    def look_at_answers(self, question, found, dead, folder):
        request = question["request_id"]
        self.counts["messages"] += 1
        self.counts["answered again"] += max(0, len(found) - 1)
        if not found:
            self.say(f"{request}: no answer", folder)
        if sum(not row.get("redelivered") for row in found) > 1:
            self.say(f"{request}: {len(found)} answers, and no mark", folder)
        for row in found:
            self.look_at_answer(question, row, dead, folder)

    def look_at_answer(self, question, row, dead, folder):
        request = question["request_id"]
        if row["role"] == "system-error":
            self.counts["set aside"] += 1
            if request not in dead:
                self.say(f"{request}: {row['content']}", folder)
            return
        self.counts["redelivered"] += bool(row.get("redelivered"))
        if request in self.ledger.told:
            self.waits.append(seconds(row["timestamp"]) - self.ledger.told[request])
        if row["content"] != question["content"]:
            self.say(f"{request}: another answer than was asked for", folder)
        if request in self.ledger.begun and not row.get("redelivered"):
            self.say(f"{request}: its run was killed, and the answer has no mark", folder)

    def look_at_marks(self, chat, folder):
        """Where no run ended in between nothing is redelivered."""
        marks = sum(bool(row.get("redelivered")) for row in answers(folder))
        if marks > self.ledger.kills.get(chat, 0) and not self.ledger.had_full_disk:
            self.say(f"{marks} marks, and fewer ends", folder)

    def look_for_the_promised(self, asked):
        """What is in the inboxes is what was said to be, besides what nobody knows."""
        told, unsure = self.ledger.told.keys(), self.ledger.unsure
        self.problems += [f"{request}: said to be sent, and gone" for request in told - asked]
        self.problems += [f"{request}: refused, and yet sent" for request in asked - told - unsure]
