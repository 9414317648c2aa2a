"""This project: one dispatcher, whose chats are kept running because somebody listens to each."""
import json
import socket
import subprocess

from measuring import process
from measuring.children import NotDone
from peers.peer import Peer
from peers.project import write_chats

NO_DELAYS = """\
[supervision]
crash_limit = 1000
chat_burst = 1000000
total_burst = 1000000
"""


class Ours(Peer):
    name = "wg"
    most = 10_000
    programs = None  # The folder with wg in it.
    resting = 0  # So many chats besides, which nobody wants anything of.

    @classmethod
    def version(cls):
        done = subprocess.run([cls.programs / "wg", "--version"], capture_output=True, text=True)
        return done.stdout.split()[-1] if done.stdout else ""

    def prepare(self):
        self.pid, self.connections = None, []
        self.wg("init")
        if not self.work.delays:
            (self.place / ".wg/config.toml").write_text(NO_DELAYS)
        self.write_chats()

    def write_chats(self):
        self.folders = write_chats(
            self.place, self.work.count + self.resting,
            lambda number: self.work.command(f"c{number}"))

    def wg(self, *arguments):
        return json.loads(self.run(self.programs / "wg", *arguments, "--json"))

    def start(self):
        self.start_dispatcher()
        self.attach(range(self.work.count))

    def start_dispatcher(self):
        options = [] if self.work.delays else ["--backoff-initial", "0"]
        self.pid = self.wg("service", "start", *options)["pid"]

    def attach(self, numbers):
        """Becomes a consumer of these chats, over one connection."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self.place / ".wg/service/daemon.sock"))
        self.connections.append(connection)
        answers = connection.makefile()
        for begin in range(0, len(numbers), 500):
            some = numbers[begin:begin + 500]
            requests = [json.dumps({"cmd": "attach", "chat_id": number}) + "\n" for number in some]
            connection.sendall("".join(requests).encode())
            for _ in some:
                answer = json.loads(answers.readline())
                if not answer["ok"]:
                    raise NotDone(f"attach: {answer}")

    def chats(self):
        return self.wg("chat", "list")["chats"]

    def stop(self):
        self.wg("service", "stop")

    def purge(self):
        """Ends every handler and writes a tombstone for each chat, synced to the disk."""
        answer = self.wg("service", "purge-chats")
        if len(answer["purged"]) != self.work.count:
            raise NotDone(f"{len(answer['purged'])} of {self.work.count} chats were purged")

    def ways_to_stop(self):
        return {"": self.stop, "purge": self.purge}

    def roots(self):
        """The keeper is the dispatcher's parent."""
        parent = process.parent(self.pid)
        return [parent if process.program(parent).endswith("/wg-keeper") else self.pid]

    def status_command(self):
        return [self.programs / "wg", "chat", "list", "--dir", self.place]

    def __exit__(self, *reason):
        for connection in self.connections:
            connection.close()
        super().__exit__(*reason)


class OursBuiltIn(Ours):
    """Its chats have the built-in handler, as most have one that others have as well."""

    def write_chats(self):
        self.folders = write_chats(self.place, self.work.count)


class OursWithResting(Ours):
    """A thousand chats more than run, all of them resting."""

    name = "wg, 1,000 more resting"
    resting = 1000
