"""Chats whose dispatcher dies again and again while their handlers answer, are killed, or are stopped and
go on when others have their place; and somebody removes the files of their locks."""

import enum
import fcntl
import json
import os
import pathlib
import signal
import time

from play import Play
from world import kill

HANDLERS, DEEDS = ("echo", "slow", "slow"), 36
# Its answer tells who gives it.
SLOW = """#!/bin/sh
printf '> '
while read -r line; do sleep 0.05; echo "$PPID"; printf '> '; done
"""


class Step(enum.IntEnum):
    """What the dispatcher decides about a chat, and what is done and seen from outside: as in fencing.pml."""
    STARTED = 1
    DENIED = 2
    SPAWNED = 3
    ADOPTED = 4
    ENDED = 5
    DIED = 6
    ANSWERED = 7
    STRUCK = 8
    STOPPED = 9
    CONTINUED = 10
    REMOVING = 11
    REMOVED = 12

    def __repr__(self):
        return self.name


class Fencing(Play):
    """What is noted of a run has the process's number beside the step."""
    DIED = (Step.DIED,)

    def __init__(self, world, chance):
        super().__init__(world, chance)
        # With the chat of each.
        self.stopped = {}

    def run(self):
        slow = self.world.folder / "slow"
        slow.write_text(SLOW)
        slow.chmod(0o755)
        options = {"echo": ("--handler", "echo"), "slow": ("--command", str(slow))}
        self.chats = [self.world.json("chat", "create", *options[name])["chat_id"] for name in HANDLERS]
        self.adopt_in_peace()
        self.replace_in_peace()
        self.bustle(self.chatter, self.chatter, self.strike, self.strike, self.stop, self.go_on, self.go_on,
                    self.remove, self.fall, self.replace, count=DEEDS)
        self.go_on()
        self.chatter(*self.chats)
        self.be_answered()

    # All chats at once, and nothing happens between: such paths have every order that can be spoiled. They
    # come first, for what is spoiled late takes Spin long.

    def adopt_in_peace(self):
        self.be_busy()
        for chat in self.chats:
            self.stop(chat)
        self.fall()
        self.go_on()
        self.be_answered()
        for chat in self.chats:
            self.strike(chat)
        self.chatter(*self.chats)
        self.be_answered()

    def replace_in_peace(self):
        self.be_busy()
        self.die()
        for chat in self.chats:
            # A handler that is stopped with the outbox's lock in hand lets no other one begin.
            with open(self.outbox(chat).with_name("outbox.jsonl.lock"), "ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self.stop(chat)
            self.remove(chat)
        self.rise()
        self.be_answered()
        self.go_on()
        self.chatter(*self.chats)
        self.be_answered()

    def be_busy(self):
        self.chatter(*self.chats)
        self.world.until(lambda: set(self.world.handlers()) == set(self.chats), "handlers")

    def be_answered(self):
        self.world.until(
            lambda: all(len(self.answers_in(chat)) >= self.count(chat) for chat in self.chats), "answers")

    def chatter(self, *chats):
        for chat in 3 * (chats or (self.chance.choice(self.chats),)):
            self.append(chat)

    def count(self, chat):
        return len(self.world.inbox(chat).read_text().splitlines())

    def outbox(self, chat):
        return self.world.inbox(chat).with_name("outbox.jsonl")

    def answers_in(self, chat):
        """Rows; one that a dead handler has not finished is none."""
        outbox = self.outbox(chat)
        lines = outbox.read_text().splitlines() if outbox.exists() else []
        return [json.loads(line) for line in lines if line.endswith("}")]

    # Handlers.

    def any_that_answers(self):
        """A chat; one with a handler, if there is one."""
        return self.chance.choice(sorted(self.world.handlers()) or self.chats)

    def strike(self, chat=None):
        chat = chat or self.any_that_answers()
        for pid in self.world.handlers().get(chat, ()):
            self.note((Step.STRUCK, pid), chat)
            kill(pid)
            self.stopped.pop(pid, None)

    def stop(self, chat=None):
        chat = chat or self.any_that_answers()
        for pid in self.world.handlers().get(chat, ()):
            send(signal.SIGSTOP, pid)
            if is_stopped(pid):
                self.note((Step.STOPPED, pid), chat)
                self.stopped[pid] = chat

    def go_on(self):
        for pid, chat in self.stopped.items():
            self.note((Step.CONTINUED, pid), chat)
            send(signal.SIGCONT, pid)
        self.stopped = {}

    # Locks and dispatchers.

    def remove(self, chat=None):
        chat = chat or self.chance.choice(self.chats)
        self.note((Step.REMOVING,), chat)
        try:
            self.outbox(chat).with_name(".handler.pid").unlink()
            self.note((Step.REMOVED,), chat)
        except FileNotFoundError:
            self.seen.pop()

    def fall(self):
        self.die()
        self.rise()

    def replace(self):
        """Of a chat whose handler is stopped, as by somebody who takes that one for dead."""
        chat = self.any_that_answers()
        self.stop(chat)
        self.die()
        self.remove(chat)
        self.rise()


def send(what, pid):
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass


def is_stopped(pid):
    """Whether the kernel has carried it out, and the process had not ended before."""
    while True:
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state in "TZX":
            return state == "T"
        time.sleep(0.001)
