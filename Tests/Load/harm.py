"""What is done to handlers, dispatchers and the disk meanwhile."""

import random
import time

from audit import answers, document

# So long is waited for a handler to begin with a message.
BEGINNING = 0.5


class Harm:
    def __init__(self, crowd, traffic, ledger, seed):
        self.crowd = crowd
        self.traffic = traffic
        self.ledger = ledger
        self.random = random.Random(f"harm{seed}")
        self.handlers = 0
        self.dispatchers = 0

    def handler(self):
        """Kills one: each fourth time in the middle of an answer, else whatever it does."""
        if self.random.randrange(4) == 0:
            self.in_the_act(self.random.choice(self.crowd.slow))
        else:
            self.kill(self.random.randrange(len(self.crowd.chats)))

    def kill(self, chat):
        handler = self.crowd.handler(chat)
        if handler is None:
            return
        handler.kill()
        self.handlers += 1
        self.ledger.kills[chat] = self.ledger.kills.get(chat, 0) + 1
        self.ledger.begun |= self.unfinished(chat, handler.incarnation)

    def in_the_act(self, chat):
        """As soon as it has begun with a message; never mind when it does not soon."""
        request = self.traffic.send(chat)
        end = time.monotonic() + BEGINNING
        while time.monotonic() < end and not self.has_begun(chat, request):
            time.sleep(0.005)
        if self.has_begun(chat, request):
            self.kill(chat)

    def has_begun(self, chat, request):
        return self.note(chat).get("request_id") == request

    def unfinished(self, chat, incarnation):
        """What the run that is dead had begun with and not answered.

        The note is read first: a later run writes its own number there before it answers."""
        note = self.note(chat)
        if note.get("incarnation") != incarnation:
            return set()
        answered = {row["request_id"] for row in answers(self.crowd.chats[chat])}
        return {note["request_id"]} - answered

    def note(self, chat):
        return document(self.crowd.chats[chat] / ".serving") or {}

    def dispatcher(self):
        self.crowd.dispatcher.kill()
        self.crowd.dispatcher.wait()
        self.dispatchers += 1
        self.crowd.start_until_ready()
