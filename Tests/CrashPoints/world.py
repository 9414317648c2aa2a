"""One project folder, the programs that work in it, and strace between one of them and the kernel."""

import json
import os
import pathlib
import signal
import subprocess
import time

# strace and two shared cores: whatever takes longer than this hangs.
PATIENCE = 40


class Hang(Exception):
    """Something that must come to an end did not."""


class World:
    def __init__(self, folder, programs):
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.wg_folder = self.folder / ".wg"
        self.dispatcher = None
        self.ready_at = 0.0
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
            "SWIFT_BACKTRACE": "enable=no", "WG_KEEPER": "", "XDG_CONFIG_HOME": str(self.folder / "none"),
            # Inherited by whatever is started here, wherever it works.
            "WG_WORLD": str(self.folder),
        }

    def wg(self, *arguments, limit=PATIENCE, tracer=()):
        """Runs a command to its end: its status, and what it wrote."""
        command = [*tracer, str(self.programs / "wg"), *arguments]
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=limit,
                check=False)
        except subprocess.TimeoutExpired as late:
            raise Hang(f"`wg {' '.join(arguments)}` does not end") from late
        return done

    def json(self, *arguments):
        return json.loads(self.wg(*arguments, "--json").stdout)

    def start(self, tracer=()):
        """Starts a dispatcher, which need not live long."""
        with open(self.folder / "dispatcher.out", "ab") as output:
            self.dispatcher = subprocess.Popen(
                [*tracer, str(self.programs / "wg-dispatcher"), "--dir", str(self.folder),
                 "--log", "file", "--output", "file", "--keeper", "no"],
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True)

    @property
    def mark(self):
        return f"WG_WORLD={self.folder}".encode()

    @property
    def is_up(self):
        if self.dispatcher is None:
            return False
        # One that has ended may have started another.
        return self.dispatcher.poll() is None or bool(self.pids_of("wg-dispatcher"))

    def until(self, holds, what):
        """Waits until it holds, or the dispatcher is gone; whether it holds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if holds():
                return True
            if not self.is_up:
                return holds()
            time.sleep(0.01)
        raise Hang(f"{what}: not within {PATIENCE} s")

    def is_ready(self):
        service = self.wg_folder / "service"
        log, state = service / "daemon.log", service / "state.json"
        if log.exists() and "Ready:" in log.read_text(errors="replace"):
            return True
        # The line itself may be what could not be written.
        try:
            return self.runs(json.loads(state.read_text())["pid"], "wg-dispatcher")
        except (OSError, ValueError, KeyError):
            return False

    def end(self):
        """Kills the dispatcher, and strace with it: only what this world started."""
        if self.dispatcher is None:
            return
        for pid in self.pids_of("wg-dispatcher"):
            kill(pid)
        try:
            self.dispatcher.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.dispatcher.kill()
            self.dispatcher.wait()
        self.dispatcher = None

    def inbox(self, chat):
        sessions = json.loads((self.wg_folder / "chat" / "sessions.json").read_text())["sessions"]
        folder = next(name for name, row in sessions.items() if f"chat-{chat}" in row["aliases"])
        return self.wg_folder / "chat" / folder / "inbox.jsonl"

    def sweep(self):
        """Nothing of this world is left when it is over."""
        self.end()
        # Also what was just being started, and has no name of its own yet.
        while left := self.pids_of(""):
            for pid in left:
                kill(pid)

    def pids_of(self, program):
        """Processes of this world that run one of the programs and have not ended."""
        return [pid for pid in processes() if self.runs(pid, program)]

    def runs(self, pid, program):
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        is_alive = stat.rpartition(")")[2].split()[0] not in "ZX"
        return is_alive and words[0].endswith(program.encode()) and self.mark in environment

    def handlers(self):
        """The live handlers of each chat: by chat, their pids."""
        found = {}
        for pid in self.pids_of("wg-handler"):
            try:
                text = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
            except OSError:
                continue
            for variable in text.split(b"\0"):
                if variable.startswith(b"WG_CHAT_ID="):
                    found.setdefault(int(variable[11:]), []).append(pid)
        return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]
