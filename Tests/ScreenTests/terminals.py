"""Terminals to look at: tmux, and pyte on the bytes that tmux was sent."""
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

import pyte

DEADLINE = float(os.environ.get("WG_SCREEN_DEADLINE", 60))


class Missed(AssertionError):
    """What was waited for did not come about."""


def until(what, condition, seconds=DEADLINE):
    """Waits until the condition holds, and gives what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Missed(f"not so after {seconds} s: {what}")
        time.sleep(0.02)


class Tmux:
    """A shell in a real terminal; everything that it prints goes to pyte too."""

    NAMES = {
        "Esc": "Escape", "PgUp": "PPage", "PgDn": "NPage", "Shift-Tab": "BTab", "Del": "DC"}

    def __init__(self, columns, rows, environment, directory):
        self.folder = tempfile.TemporaryDirectory(prefix="wg-screen-")
        self.server = str(Path(self.folder.name) / "tmux")
        self.raw = Path(self.folder.name) / "raw"
        self.raw.touch()
        self.size = (columns, rows)
        shell = ["env", "-i"] + [f"{k}={v}" for k, v in environment.items()]
        self.tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, "-c", directory,
            *shell, "PS1=% ", "bash", "--norc", "--noprofile")
        self.tmux("set", "-g", "status", "off")
        self.tmux("set", "-g", "window-size", "manual")
        self.tmux("set", "-s", "escape-time", "0")
        self.tmux("resize-window", "-x", columns, "-y", rows)
        self.tmux("pipe-pane", "-O", f"exec cat >> {self.raw}")
        self.wait("%")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server", check=False)
        self.folder.cleanup()

    def tmux(self, *arguments, check=True):
        command = ["tmux", "-S", self.server] + [str(a) for a in arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if check and done.returncode != 0:
            raise Missed(f"{command}: {done.stderr}")
        return done.stdout

    def text(self, styles=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if styles else []))

    def lines(self):
        return [line.rstrip() for line in self.text().split("\n")][:self.size[1]]

    def key(self, *names):
        """Presses keys by the names that `wg tui --keys` gives them."""
        for name in names:
            name = self.NAMES.get(name, name)
            name = name.replace("Ctrl-", "C-").replace("Alt-", "M-").replace("Shift-", "S-")
            if re.match(r"C-[A-Z]$", name):
                name = name.lower().replace("c-", "C-")
            if len(name) == 1:
                self.tmux("send-keys", "-l", "--", name)
            else:
                self.tmux("send-keys", name)
            if name == "Escape":
                # What follows an escape character at once is taken for a key with Alt.
                time.sleep(0.15)

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def command(self, line):
        self.type(line)
        self.key("Enter")

    def resize(self, columns, rows):
        self.size = (columns, rows)
        self.tmux("resize-window", "-x", columns, "-y", rows)

    def wait(self, pattern, seconds=DEADLINE):
        """Waits until the screen shows a pattern; a function is asked about the text."""
        test = pattern if callable(pattern) else re.compile(pattern).search
        try:
            return until(str(pattern), lambda: test(self.text()), seconds)
        except Missed as missed:
            raise Missed(f"{missed}\n{self.text()}") from None

    def is_alternate(self):
        return self.tmux("display", "-p", "#{alternate_on}").strip() == "1"

    def expect_same_in_pyte(self):
        """Another terminal makes the same picture of the same bytes; gives its cells."""
        shown = []

        def is_same():
            screen = self.in_pyte()
            shown[:] = [line.rstrip() for line in screen.display]
            return shown == self.lines() and screen

        try:
            screen = until("pyte shows what tmux shows", is_same, 20)
            return [[screen.buffer[y][x] for x in range(screen.columns)]
                    for y in range(screen.lines)]
        except Missed as missed:
            both = "\n".join(
                f"tmux {a!r}\npyte {b!r}" for a, b in zip(self.lines(), shown) if a != b)
            raise Missed(f"{missed}\n{both}") from None

    def in_pyte(self):
        screen = pyte.Screen(*self.size)
        pyte.ByteStream(screen).feed(self.since_clear())
        return screen

    def since_clear(self):
        """What was printed since the screen was last cleared: all that matters."""
        data = self.raw.read_bytes()
        start = data.rfind(b"\x1b[2J")
        return data[max(0, start):]


class Project:
    """A scratch project with its dispatcher."""

    def __init__(self, programs):
        self.folder = tempfile.TemporaryDirectory(prefix="wg-garden-")
        self.root = Path(self.folder.name).resolve() / "garden"
        self.root.mkdir()
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin", "HOME": self.folder.name, "LANG": "C.UTF-8",
            "TERM": "tmux-256color", "USER": "ada", "TZ": "UTC", "SWIFT_BACKTRACE": "enable=no"}
        self.wg("init")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wg("service", "stop", "--force", check=False)
        self.folder.cleanup()

    def wg(self, *arguments, check=True, text=None):
        done = subprocess.run(
            ["wg", *map(str, arguments)], cwd=self.root, env=self.environment, text=True,
            input=text, capture_output=True, check=False)
        if check and done.returncode != 0:
            raise Missed(f"wg {arguments}: {done.stderr}")
        return done.stdout

    def json(self, *arguments):
        import json
        return json.loads(self.wg(*arguments, "--json"))

    def chats(self):
        return {chat["name"]: chat for chat in self.json("chat", "list", "--all")["chats"]}

    def dispatcher(self):
        return self.json("service", "status")["pid"]

    def write_talk(self, name, count, line="message"):
        """A conversation as two programs would have written it."""
        import json
        folder = self.root / ".wg/chat" / self.chats()[name]["session"]
        folder.mkdir(exist_ok=True)
        for box, role in [("inbox", "user"), ("outbox", "coordinator")]:
            with open(folder / f"{box}.jsonl", "w", encoding="utf-8") as file:
                for number in range(1, count + 1):
                    second = number * 2 + (box == "outbox")
                    file.write(json.dumps({
                        "id": number, "role": role, "request_id": f"r{number}",
                        "timestamp": time.strftime(
                            "%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_795_000_000 + second)),
                        "content": f"{line} {number}", "user": "ada"}) + "\n")
        (folder / ".cursor").write_text(f"{count}\n")
        return folder


def processes(name, environment_word):
    """Pids of programs of a name whose environment has a word."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            if command[0].rsplit(b"/")[-1] == name.encode() and \
                    environment_word.encode() in (entry / "environ").read_bytes():
                found.append((int(entry.name), command))
        except OSError:
            continue
    return found
