#!/usr/bin/env python3
"""Measures `wg tui`: from a key to the whole frame, the first frame, and what it costs at rest.

    terminal.py --programs .build/release

200 chats, one of them with a conversation of 10,000 lines. A key is measured from the moment its
byte is written to the pseudo-terminal until the end of the frame (the end of a synchronized update)
has come back.
"""
import argparse
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time
import uuid
from pathlib import Path

CHATS, LINES, ROUNDS = 200, 10_000, 40
END_OF_FRAME = b"\x1b[?2026l"


def make_project(root, programs, environment):
    subprocess.run([programs / "wg", "init"], cwd=root, env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    sessions, rows = {}, []
    for number in range(1, CHATS + 1):
        session = str(uuid.UUID(int=number, version=4))
        sessions[session] = {
            "kind": "coordinator", "created": "2026-01-01T00:00:00Z",
            "aliases": [f"chat-{number}", f".chat-{number}"], "label": f"chat {number}"}
        rows.append({
            "kind": "task", "id": f".chat-{number}", "title": f"Chat: garden {number}",
            "status": "in-progress", "tags": ["chat-loop"],
            "command_argv": ["wg-handler", "echo"], "executor_preset_name": "echo"})
        write_talk(root / ".wg/chat" / session, LINES // 2 if number == 1 else 20)
    (root / ".wg/chat/sessions.json").write_text(json.dumps({"sessions": sessions}))
    with open(root / ".wg/graph.jsonl", "a", encoding="utf-8") as graph:
        graph.writelines(json.dumps(row) + "\n" for row in rows)


def write_talk(folder, count):
    folder.mkdir(parents=True)
    for box, role in [("inbox", "user"), ("outbox", "coordinator")]:
        with open(folder / f"{box}.jsonl", "w", encoding="utf-8") as file:
            for number in range(1, count + 1):
                when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_790_000_000 + number * 2))
                file.write(json.dumps({
                    "id": number, "timestamp": when, "role": role, "request_id": f"r{number}",
                    "content": f"line {number} of a conversation with *some* `markdown`"}) + "\n")


class Screen:
    """The program on a pseudo-terminal of 200 by 60."""

    def __init__(self, programs, root, environment):
        self.began = time.perf_counter()
        self.shown, self.last = b"", self.began
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(root)
            os.execve(programs / "wg", ["wg", "tui"], environment)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))

    def frame(self, wanted=b"", seconds=30):
        """Seconds on the clock at the end of the next frame, or of the first that has shown this."""
        if wanted and wanted in self.shown:
            return self.last
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 1)[0]:
                self.shown += os.read(self.master, 1 << 16)
                if wanted in self.shown and self.shown.endswith(END_OF_FRAME):
                    self.last = time.perf_counter()
                    return self.last
        raise SystemExit(f"no frame with {wanted!r}; the last bytes were {self.shown[-200:]!r}")

    def drain(self, quiet=0.3):
        while select.select([self.master], [], [], quiet)[0]:
            self.shown = os.read(self.master, 1 << 16)

    def key(self, data):
        """Milliseconds from the key to the end of the frame that it leads to."""
        began = time.perf_counter()
        os.write(self.master, data)
        return (self.frame() - began) * 1000

    def switches(self):
        text = Path(f"/proc/{self.pid}/status").read_text()
        return sum(int(line.split()[1]) for line in text.split("\n") if "ctxt_switches" in line)

    def memory(self):
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return next(int(x.split()[1]) for x in text.split("\n") if x.startswith("Pss:")) / 1024

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.master)


KEYS = [("j", b"j"), ("k", b"k"), ("PgUp", b"\x1b[5~"), ("PgDn", b"\x1b[6~"),
        ("Ctrl-Home", b"\x1b[1;5H"), ("Ctrl-End", b"\x1b[1;5F"), ("F2", b"\x1bOQ"),
        ("Ctrl-W", b"\x17"), ("Esc", b"\x1b[27u"), ("wheel", b"\x1b[<64;100;20M")]


def measure_keys(screen):
    times = {name: [] for name, _ in KEYS}
    for _ in range(ROUNDS):
        for name, data in KEYS:
            screen.drain(0.02)
            times[name].append(screen.key(data))
    for name, values in times.items():
        values.sort()
        print(f"{name:10} median {statistics.median(values):6.2f} ms, 95 % "
              f"{values[int(len(values) * 0.95) - 1]:6.2f} ms, worst {values[-1]:6.2f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True)
    programs = parser.parse_args().programs.resolve()
    folder = Path(tempfile.mkdtemp(prefix="wg-terminal-")).resolve()
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm-256color",
        "LANG": "C.UTF-8", "TZ": "UTC"}
    try:
        root = folder / "garden"
        root.mkdir()
        make_project(root, programs, environment)
        subprocess.run([programs / "wg", "service", "start"], cwd=root, env=environment,
                       check=True, stdout=subprocess.DEVNULL)
        firsts, lists = [], []
        for _ in range(10):
            screen = Screen(programs, root, environment)
            firsts.append((screen.frame() - screen.began) * 1000)
            lists.append((screen.frame(b"markdown") - screen.began) * 1000)
            screen.drain()
            if len(firsts) < 10:
                screen.close()
        for name, values in [("first frame", firsts), ("conversation", lists)]:
            print(f"{name}: median {statistics.median(values):.1f} ms, worst {max(values):.1f} ms")
        measure_keys(screen)
        screen.drain(1)
        before = screen.switches()
        time.sleep(10)
        print(f"at rest: {screen.switches() - before} context switches in 10 s, "
              f"{screen.memory():.1f} MiB (PSS)")
        screen.close()
    finally:
        subprocess.run([programs / "wg", "service", "stop", "--force"], cwd=folder / "garden",
                       env=environment, stdout=subprocess.DEVNULL, check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
