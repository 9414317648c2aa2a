"""What the fake agents have in common: sessions that outlive them, and what they do when told.

The last line of a prompt says what to do; any other is answered with how many prompts the session
has had, and the prompt. The sessions are files in $HOME.
"""

import fcntl
import json
import os
import queue
import signal
import sys
import threading
import time

INTERRUPTED = object()


def emit(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def complain(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Session:
    """The prompts of one session."""

    def __init__(self, name, must_exist=False):
        self.name = name
        self.path = os.path.join(os.environ["HOME"], f"session-{name}")
        self.known = os.path.exists(self.path)
        self.prompts = []
        self.spoiled = ""
        if self.known:
            with open(self.path) as file:
                self.prompts = json.load(file)

    def add(self, prompt):
        self.prompts.append(prompt)
        with open(self.path, "w") as file:
            json.dump(self.prompts, file)


def new_name():
    return f"s{os.getpid()}-{time.monotonic_ns()}"


class Lines:
    """The lines of standard input, which can be waited for with a limit."""

    def __init__(self):
        self.queue = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in sys.stdin:
            self.queue.put(json.loads(line))
        self.queue.put(None)

    def next(self, limit=None):
        """The next one; None at the end; raises queue.Empty when there is none in time."""
        return self.queue.get(timeout=limit)


def leave_behind():
    """Ends beside a process of another session that heeds no SIGTERM and holds a lock."""
    lock = open(os.path.join(os.environ["HOME"], "left-behind"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.setsid()
        time.sleep(1000)
    os._exit(3)


def misbehave(command):
    """Does what no agent should; returns when the command asks for nothing of the kind."""
    if command == "crash":
        complain("starting up")
        complain("the sky fell")
        os._exit(3)
    if command == "abandon":
        leave_behind()
    if command == "leave":
        os._exit(0)
    if command == "garbage":
        sys.stdout.write("Welcome!\n{\"half\": \n[1]\n\x1b[31mred\x1b[0m\n")
        sys.stdout.flush()
    if command == "flood":
        sys.stdout.write("x" * (10 << 20) + "\n")
        sys.stdout.flush()
        time.sleep(60)
    if command == "stall":
        time.sleep(60)


def reply(session, prompt, command):
    """The text of an answer."""
    if command == "descriptors":
        return " ".join(sorted(os.listdir("/proc/self/fd"), key=int))
    if command == "environment":
        return " ".join(sorted(os.environ))
    if command == "group":
        return f"{os.getpid()} {os.getpgid(0)} {os.getsid(0)}"
    return f"{len(session.prompts)}: {prompt}"
