"""What is done to the chats of a world by one program after another, and when."""

import json
import time
from datetime import datetime


class Play:
    # The step of the model at which the dispatcher dies.
    DIED = None

    def __init__(self, world, chance):
        self.world, self.chance = world, chance
        self.chats = []
        # When, what, and of which chat; in order.
        self.seen = []

    def bustle(self, *deeds, count):
        for _ in range(count):
            self.chance.choice(deeds)()
            time.sleep(self.chance.choice((0, 0, 0.02, 0.1)))

    def note(self, what, *chats):
        now = time.time_ns()
        self.seen += [(now, what, chat) for chat in chats]

    def append(self, chat=None):
        """A message, for which no dispatcher is asked."""
        inbox = self.world.inbox(chat or self.chance.choice(self.chats))
        count = len(inbox.read_text().splitlines()) if inbox.exists() else 0
        row = {"id": count + 1, "timestamp": "2026-01-01T00:00:00Z", "role": "user",
               "content": "a message", "request_id": f"request-{count}"}
        with open(inbox, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def die(self):
        """Only the dispatcher: what it is just starting has its name until it executes the program."""
        self.world.dispatcher.kill()
        self.world.dispatcher.wait()
        self.world.dispatcher = None
        self.note(self.DIED, *self.chats)

    def rise(self):
        self.world.start()
        # Some die before they can do anything.
        if self.chance.random() < 0.7:
            self.world.until(self.answers, "a dispatcher that answers")

    def answers(self):
        return self.world.json("service", "status")["dispatcher"] == "running"


def read(log):
    return [json.loads(line) for line in log.read_text().splitlines()]


def instant(timestamp):
    """Nanoseconds, all nine digits of them."""
    seconds, _, fraction = timestamp.removesuffix("+00:00").partition(".")
    return int(datetime.fromisoformat(f"{seconds}+00:00").timestamp()) * 10**9 + int(fraction)
