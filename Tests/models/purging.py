"""Chats whose dispatcher dies again and again are archived, by a dispatcher or without one, while messages
go on arriving and another program opens their rows again."""

import enum
import fcntl
import json
import os
import subprocess
import time

from play import Play
from world import kill

CHATS, DEEDS = 3, 14


class Step(enum.IntEnum):
    """What the dispatcher decides about a chat, and what is done and seen from outside: as in purge.pml."""
    STARTED = 1
    ENDED = 2
    ADOPTED = 3
    BURIED = 4
    STOOD = 5
    ANSWERED = 6
    DIED = 7
    SPAWNED = 8
    STRUCK = 9
    LIVES = 10
    STANDS = 11
    LACKS = 12
    # A handler beside another: the model has no such step.
    SECOND = 13

    def __repr__(self):
        return self.name


class Purging(Play):
    DIED = Step.DIED

    def __init__(self, world, chance):
        super().__init__(world, chance)
        self.answered = set()
        self.reopenings = 0

    def run(self):
        self.chats = [self.world.json("chat", "create", "--handler", "echo")["chat_id"]
                      for _ in range(CHATS)]
        self.bustle_about()
        self.archive_in_peace(self.chats[0])
        # Whoever was not told that a chat is archived asks again.
        while self.answered != set(self.chats):
            self.archive()
        self.bustle_about()
        self.die()

    def bustle_about(self):
        self.bustle(self.append, self.append, self.append, self.strike, self.fall, self.reopen, count=DEEDS)

    # What programs do that know nothing of tombstones.

    def reopen(self):
        """Puts the rows of all chats that are archived back to what they were."""
        graph = self.world.wg_folder / "graph.jsonl"
        with open(graph.with_name("graph.lock"), "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            text = graph.read_text().replace('"status":"done"', '"status":"open"')
            graph.with_name("graph.new").write_text(
                text.replace('"tags":["archived"]', '"tags":["chat-loop"]'))
            os.replace(graph.with_name("graph.new"), graph)
        self.reopenings += 1

    def strike(self):
        for chat, pids in self.world.handlers().items():
            self.note(Step.STRUCK, chat)
            for pid in pids:
                kill(pid)

    # Dispatchers.

    def fall(self):
        self.die()
        self.look()
        self.rise()

    def look(self):
        """Only while nobody acts: there is no dispatcher, and no command in its place."""
        for chat, pids in self.world.handlers().items():
            self.note(Step.LIVES if len(pids) == 1 else Step.SECOND, chat)
        stones = self.world.wg_folder / "service" / "tombstones"
        for chat in self.chats:
            stands = (stones / f"chat-{chat}.json").exists()
            self.note(Step.STANDS if stands else Step.LACKS, chat)

    # Commands.

    def archive(self):
        """Archives one chat or all of them; whoever does it may die meanwhile."""
        is_offline = self.chance.random() < 0.4
        if is_offline:
            self.die()
        command = self.begin_to_archive()
        time.sleep(self.chance.choice((0, 0.01, 0.03, 0.1)))
        if self.chance.random() < 0.5:
            command.kill() if is_offline else self.die()
        answer, _ = command.communicate()
        if command.returncode == 0:
            self.take(json.loads(answer))
        if self.world.dispatcher is None:
            self.look()
            self.rise()

    def archive_in_peace(self, chat):
        """A chat with a handler, and nobody dies: such a path has every order that can be spoiled."""
        self.world.until(self.answers, "a dispatcher that answers")
        self.append(chat)
        self.world.until(lambda: chat in self.world.handlers(), "a handler")
        self.take(self.world.json("chat", "archive", str(chat)))
        # The rows are written at the end of the turn, so before the next answer.
        self.answers()

    def begin_to_archive(self):
        words = self.chance.choice((["service", "purge-chats", "--yes"],
                                    ["chat", "archive", str(self.chance.choice(self.chats))]))
        return subprocess.Popen(
            [self.world.programs / "wg", *words, "--json"], cwd=self.world.folder,
            env=self.world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)

    def take(self, answer):
        """Of one chat, or of all; what was archived before is told in the same way."""
        rows = answer["purged"] + answer["skipped"] if "purged" in answer else [answer]
        chats = {row["chat_id"] for row in rows}
        self.note(Step.ANSWERED, *chats)
        self.answered |= chats
