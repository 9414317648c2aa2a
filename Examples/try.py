#!/usr/bin/env python3
"""The whole life of three chats in a scratch project, one step after the other.

Prints each command with its output, and checks after each step that what should be so is so. Exits
with 1, and says what was not so, at the first step that fails. `make try` runs it.
"""
import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
# Long enough to look at a running handler, short enough to wait for.
IDLE_TIMEOUT = "3s"


class NotSo(Exception):
    """A step did not come out as it should."""


class Project:
    """A scratch project, and the programs that work on it."""

    def __init__(self, programs):
        self.wg = str(programs / "wg")
        self.root = Path(tempfile.mkdtemp(prefix="wg-try-")).resolve()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("WG_")}
        self.environment.pop("NOTIFY_SOCKET", None)
        self.consumers = []

    def run(self, *arguments):
        """Runs a command where one can see it, and gives its output."""
        print("  $ wg", " ".join(quoted(argument) for argument in arguments))
        done = self._run(arguments)
        for line in (done.stdout + done.stderr).splitlines():
            print("   ", line)
        if done.returncode != 0:
            raise NotSo(f"wg {' '.join(arguments)} exited with {done.returncode}")
        return done.stdout.strip()

    def json(self, *arguments):
        """Asks without showing it, and gives the document."""
        done = self._run((*arguments, "--json"))
        if done.returncode != 0:
            raise NotSo(f"wg {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def _run(self, arguments):
        return subprocess.run(
            [self.wg, *arguments], cwd=self.root, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120)

    def chats(self):
        return {chat["name"]: chat for chat in self.json("chat", "list", "--all")["chats"]}

    def states(self):
        return {name: chat["state"] for name, chat in self.chats().items()}

    def handlers(self):
        """Every live process that belongs to a handler of this project, found in /proc."""
        mark = b"WG_DIR=" + os.fsencode(self.root / ".wg") + b"\0"
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if mark in (entry / "environ").read_bytes() and not is_zombie(int(entry.name)):
                    found.append(int(entry.name))
            except OSError:
                pass  # It ended while we looked, or is somebody else's.
        return found

    def starts(self):
        """How many handlers were started, or were to be, since the project began."""
        file = self.root / ".wg/service/decisions.jsonl"
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        return sum(row["clause"] in ("message-waits", "consumer-waits") for row in rows)

    def history(self):
        """What the files of all conversations hold, as fingerprints."""
        return {
            str(file.relative_to(self.root)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(self.root.glob(".wg/chat/*/*box.jsonl"))
        }

    def attach(self, *numbers):
        """Becomes a consumer of these chats, until `detach`."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self.root / ".wg/service/daemon.sock"))
        answers = connection.makefile()
        for number in numbers:
            request = {"cmd": "attach", "chat_id": number}
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(answers.readline())
            check(answer["ok"], f"attached to .chat-{number}")
        self.consumers.append(connection)

    def detach(self):
        while self.consumers:
            connection = self.consumers.pop()
            # The file that `makefile` made holds the descriptor too; this ends it for certain.
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def quoted(argument):
    return argument if argument and not set(argument) & set(" '\"*^$") else f"'{argument}'"


def is_zombie(pid):
    return b") Z " in Path(f"/proc/{pid}/stat").read_bytes()


def is_alive(pid):
    try:
        return not is_zombie(pid)
    except OSError:
        return False


def step(text):
    print(f"\n{text}")


def check(condition, text):
    if not condition:
        raise NotSo(f"not so: {text}")
    print("  ok:", text)


def wait(text, condition, seconds=60):
    """Waits until something is so. There is no other waiting in this program, but for `watch`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise NotSo(f"not so within {seconds} s: {text}")
        time.sleep(0.02)
    print("  ok:", text)


def watch(seconds, text, condition):
    """Looks for a while whether something stays so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            raise NotSo(f"not so any more: {text}")
        time.sleep(0.05)
    print(f"  ok: for {seconds:g} s, {text}")


def make_chats(project):
    step("1. A project with three chats: one echoes, one is bc, one is a script of thirty lines.")
    project.run("init")
    project.run("chat", "create", "--name", "parrot", "--handler", "echo")
    project.run("chat", "create", "--name", "sums", "--command", "bc -q")
    project.run("chat", "create", "--name", "mirror", "--handler", str(EXAMPLES / "handler.py"))
    check(len(project.chats()) == 3, "three chats are there")


def start(project):
    step("2. The dispatcher starts. Nobody wants a handler, so there is none.")
    project.run("service", "start", "--idle-timeout", IDLE_TIMEOUT)
    check(set(project.states().values()) == {"resting"}, "all chats rest")
    check(project.handlers() == [], "no handler process is alive")


def ask_each(project):
    step("3. A message to each. The handlers start, answer, and stay for a while.")
    project.attach(*(chat["chat_id"] for chat in project.chats().values()))
    for name, question, expected in (
        ("parrot", "is anybody there?", "is anybody there?"),
        ("sums", "2^64", "18446744073709551616"),
        ("mirror", "one two three", "three two one"),
    ):
        answer = project.run("chat", "send", name, question, "--wait")
        check(answer == expected, f"{name} answered {expected!r}")
    project.run("chat", "list")
    chats = project.chats()
    check({chat["state"] for chat in chats.values()} == {"running"}, "three handlers are running")
    check(all(is_alive(chat["pid"]) for chat in chats.values()), "their processes are alive")


def crash(project):
    step("4. kill -9 while somebody listens: the handler comes back.")
    before = project.chats()["sums"]
    print(f"  $ kill -9 {before['pid']}")
    os.kill(before["pid"], signal.SIGKILL)

    def is_back():
        now = project.chats()["sums"]
        return now["state"] == "running" and now["pid"] != before["pid"]

    wait("sums has a new handler", is_back)
    check(project.chats()["sums"]["incarnation"] > before["incarnation"], "with a new number")
    check(project.run("chat", "send", "sums", "6*7", "--wait") == "42", "and it answers")


def idle_out(project):
    step(f"5. Nobody listens any more: after {IDLE_TIMEOUT} the handlers are gone.")
    project.detach()
    wait("all chats rest", lambda: set(project.states().values()) == {"resting"})
    check(project.handlers() == [], "no handler process is alive")


def purge(project):
    step("6. Three handlers run again, somebody listens to all of them, and everything is purged.")
    project.attach(*(chat["chat_id"] for chat in project.chats().values()))
    wait("three handlers are running", lambda: set(project.states().values()) == {"running"})
    alive = project.handlers()
    print(f"  $ wg service purge-chats --json        ({len(alive)} processes are alive)")
    answer = project.json("service", "purge-chats")
    print("   ", json.dumps(answer))
    ends = [chat["handler"] for chat in answer["purged"]]
    check(answer["ok"] and len(ends) == 3, "three chats are purged")
    check(all(end["outcome"] == "terminated" for end in ends), "each handler ended when told to")
    check(not any(is_alive(pid) for pid in alive), "none of the processes is alive")
    check(project.handlers() == [], "and no other one of this project")
    stones = list(project.root.glob(".wg/service/tombstones/chat-*.json"))
    check(len(stones) == 3, "three tombstones stand")
    project.run("service", "purge-chats")
    project.detach()


def restart(project, seconds):
    step("7. The dispatcher is restarted. Nothing comes back.")
    starts = project.starts()
    project.run("service", "restart")
    watch(seconds, "no handler process is alive", lambda: project.handlers() == [])
    check(project.starts() == starts, "no start was tried")
    check(set(project.states().values()) == {"archived"}, "all chats are archived")


def look_back(project, history):
    step("8. The tasks are still in the graph, and the history is still there.")
    project.run("list")
    tasks = [task for task in project.json("list") if task["id"].startswith(".chat-")]
    check(len(tasks) == 3, "three chat tasks are in the graph")
    check(
        all(task["status"] == "done" and "archived" in task["tags"] for task in tasks),
        "each is done and archived")
    check(project.history() == history, "the files of the conversations are what they were")
    project.run("chat", "history", "sums")


def restore(project):
    step("9. One chat is restored, and answers again.")
    project.run("chat", "restore", "sums")
    check(project.run("chat", "send", "sums", "10^3", "--wait") == "1000", "sums answered '1000'")
    check(project.states()["parrot"] == "archived", "the others stay archived")


def stop(project):
    step("10. The end.")
    project.run("service", "stop")
    check(project.handlers() == [], "no handler process is alive")
    check(project.json("service", "status")["status"] == "not_running", "no dispatcher runs")


def tell(project, failure):
    print(f"\nFAILED: {failure}", file=sys.stderr)
    log = project.root / ".wg/service/daemon.log"
    if log.exists():
        print(f"The last lines of {log}:", file=sys.stderr)
        for line in log.read_text(errors="replace").splitlines()[-20:]:
            print("  " + line, file=sys.stderr)
    project.detach()
    project._run(("service", "stop"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, required=True, help="the folder with wg in it")
    parser.add_argument("--watch", type=float, default=5, help="seconds to look for a respawn")
    options = parser.parse_args()

    project = Project(options.programs.resolve())
    began = time.monotonic()
    try:
        make_chats(project)
        start(project)
        ask_each(project)
        crash(project)
        idle_out(project)
        history = project.history()
        purge(project)
        restart(project, options.watch)
        look_back(project, history)
        restore(project)
        stop(project)
    except (NotSo, OSError, ValueError, KeyError, subprocess.SubprocessError) as failure:
        tell(project, failure if isinstance(failure, NotSo) else repr(failure))
        sys.exit(1)
    shutil.rmtree(project.root)
    print(f"\nAll of it was so. It took {time.monotonic() - began:.1f} s.")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main()
