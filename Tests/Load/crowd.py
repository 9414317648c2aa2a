"""A project with many chats, each with a handler that repeats what it is told: most do it at once,
and one in ten so slowly that it can be killed in the middle of it."""

import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import time

from peers.project import write_chats
from world import PATIENCE, Hang, World

# Chats stay alive, however often they are killed: what parks them is shown elsewhere.
SETTINGS = """\
[chats]
idle_timeout = "10h"
[supervision]
crash_limit = 1000
backoff_cap = "2s"
"""


class Crowd(World):
    def __init__(self, folder, programs, count):
        super().__init__(folder, programs)
        self.folder.mkdir(exist_ok=True)
        made = self.wg("init", "--dir", str(self.folder))
        if made.returncode != 0:
            raise OSError(made.stderr.strip())
        (self.wg_folder / "config.toml").write_text(SETTINGS)
        self.chats = write_chats(self.folder, count, self.answering, has_history=False)
        self.slow = range(0, count, 10)
        # How many dispatchers there were, and how many starts came to nothing.
        self.starts, self.refused = 0, 0

    def answering(self, chat):
        slow = ["command", "--no-pty", "--quiet", "100ms", "--", "cat"]
        return [str(self.programs / "wg-handler"), *(slow if chat % 10 == 0 else ["echo"])]

    def start_until_ready(self):
        """As whoever keeps a service does: what cannot start is tried again."""
        end = time.monotonic() + 3 * PATIENCE
        while time.monotonic() < end:
            self.start()
            self.starts += 1
            if self.until(self.answers_hello, "ready"):
                return
            self.refused += 1
            time.sleep(0.2)
        raise Hang("no dispatcher becomes ready: " + self.output())

    def answers_hello(self):
        answer = self.ask({"cmd": "hello"})
        return answer is not None and answer.get("pid") == self.dispatcher.pid

    def output(self):
        return (self.folder / "dispatcher.out").read_text(errors="replace")[-400:]

    def connect(self):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(PATIENCE)
        client.connect(str(self.wg_folder / "service" / "daemon.sock"))
        return client

    def ask(self, request):
        """What the dispatcher answers; nothing when it is not there, or dies meanwhile."""
        try:
            with self.connect() as client:
                client.sendall(json.dumps(request).encode() + b"\n")
                return json.loads(client.makefile().readline())
        except (OSError, ValueError):
            return None

    def handler(self, chat):
        """The chat's handler and the number of its run, if one lives."""
        try:
            pid = int((self.chats[chat] / ".handler.pid").read_text().split()[0])
            descriptor = os.pidfd_open(pid)
        except (OSError, ValueError, IndexError):
            return None
        variables = environment(pid)
        # The descriptor came first: from here on the process is the one that was looked at.
        if self.mark in variables and f"WG_CHAT_ID={chat}".encode() in variables:
            return Handler(descriptor, incarnation(variables))
        os.close(descriptor)
        return None

    def live(self):
        """The chats whose handler lives, as the dispatcher sees it."""
        answer = self.ask({"cmd": "list_chats"})
        return [] if answer is None else [
            row["chat_id"] for row in answer["chats"] if row["state"] == "running"]

    def stop(self):
        done = self.wg("service", "stop", limit=3 * PATIENCE)
        if done.returncode != 0:
            raise Hang("`wg service stop`: " + done.stderr.strip())
        self.dispatcher.wait(timeout=PATIENCE)
        return len(self.pids_of(""))


class Handler:
    """A process that nobody else can turn into, whatever becomes of its number."""

    def __init__(self, descriptor, incarnation):
        self.descriptor = descriptor
        self.incarnation = incarnation

    def kill(self):
        """Returns when it is dead."""
        try:
            signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)
            poll = select.poll()
            poll.register(self.descriptor, select.POLLIN)
            if not poll.poll(PATIENCE * 1000):
                raise Hang("a handler does not die of SIGKILL")
        except ProcessLookupError:
            pass
        finally:
            os.close(self.descriptor)


def environment(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def incarnation(variables):
    return next((int(one[15:]) for one in variables if one.startswith(b"WG_INCARNATION=")), 0)


class Disk:
    """A small file system of its own, which can be filled up; nothing where none can be mounted."""

    def __init__(self, folder, megabytes):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "wg-load", str(folder)],
            capture_output=True, text=True, check=False)
        self.problem = done.stderr.strip() if done.returncode else None

    def fill(self):
        """Takes what room is left, and what became free since."""
        try:
            with open(self.folder / "ballast", "ab", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(1 << 16))
        except OSError:
            pass

    def free(self):
        (self.folder / "ballast").unlink(missing_ok=True)

    def unmount(self):
        if self.problem is None:
            subprocess.run(["umount", str(self.folder)], check=True)
