"""What is said to the chats, how, and what was promised about it."""

import fcntl
import itertools
import json
import os
import random
import time

from peers.project import message


class Ledger:
    """What must be found in the files in the end. A request is named by its chat and a number."""

    def __init__(self):
        # When it was said that the message is in the inbox; and those about which nothing was said.
        self.told = {}
        self.unsure = set()
        # Requests that a run had begun with when it was killed.
        self.begun = set()
        # How often a chat's handler was killed.
        self.kills = {}
        # Handlers may have ended by themselves; so many messages had no room.
        self.had_full_disk = False
        self.without_room = 0


class Traffic:
    """Sends one message after the other, to a chat drawn by chance."""

    def __init__(self, crowd, ledger, seed):
        self.crowd = crowd
        self.ledger = ledger
        self.random = random.Random(f"traffic{seed}")
        self.numbers = itertools.count(1)  # Two threads draw from it.

    def one(self):
        self.send(self.random.randrange(len(self.crowd.chats)))

    def send(self, chat):
        """Most as `wg chat send` does it, one in twenty through the dispatcher."""
        request = f"load-{chat}-{next(self.numbers)}"
        # A question of another length each time, so that rows end anywhere in a page.
        text = f"{request}:" + "x" * self.random.randrange(400)
        if self.random.randrange(20) == 0:
            self.ask(chat, request, text)
        else:
            self.write(chat, request, text)
        return request

    def ask(self, chat, request, text):
        self.ledger.unsure.add(request)
        answer = self.crowd.ask({
            "cmd": "user_chat", "chat_id": chat, "message": text, "request_id": request})
        if answer is not None and answer["ok"]:
            self.ledger.told[request] = time.time()
        if answer is not None:
            self.ledger.unsure.discard(request)

    def write(self, chat, request, text):
        try:
            append(self.crowd.chats[chat] / "inbox.jsonl", request, text)
        except OSError:
            self.ledger.without_room += 1  # It was not sent, and nobody was told that it was.
        else:
            self.ledger.told[request] = time.time()


def append(inbox, request, text):
    """A row under the file's lock, as wg-files(5) has it; nothing of it stays when it cannot be."""
    with open(f"{inbox}.lock", "a") as lock, open(inbox, "a+b", buffering=0) as file:
        fcntl.flock(lock, fcntl.LOCK_EX)
        size = os.fstat(file.fileno()).st_size
        row = message(last_id(file, size) + 1, "user", text, request).encode()
        try:
            if file.write(row) != len(row):
                raise OSError("a row does not fit")
        except OSError:
            os.ftruncate(file.fileno(), size)
            raise


def last_id(file, size):
    file.seek(max(0, size - 4096))
    lines = file.read().splitlines()
    return json.loads(lines[-1])["id"] if lines else 0
