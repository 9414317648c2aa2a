"""What the benchmark asks of every supervisor."""
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from measuring import process
from measuring.children import NotDone

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = REPOSITORY / ".build/bench"


class Missing(Exception):
    """A supervisor cannot be had here; the text says why."""


class Peer:
    """One supervisor with a workload in a folder of its own.

    `prepare` writes what it reads; nothing of that is measured. `start` is measured, and returns
    when the supervisor has been launched: that its children run is known by their reports. `stop`
    ends the children and the supervisor.
    """

    name = ""
    most = 1000  # Children that it can have, or that it has in bearable time.

    def __init__(self, place, work):
        self.place = Path(place)
        self.work = work
        self.root = None  # The supervisor's own process, when it is a child of this one.
        self.place.mkdir(parents=True)
        self.prepare()

    @classmethod
    def obtain(cls):
        """Gets what is needed, or raises Missing."""

    @classmethod
    def version(cls):
        return ""

    def prepare(self):
        raise NotImplementedError

    def start(self):
        raise NotImplementedError

    def stop(self):
        self.root.send_signal(signal.SIGTERM)
        self.root.wait(60)

    def ways_to_stop(self):
        """By name; the unnamed one is how it is stopped usually."""
        return {"": self.stop}

    def roots(self):
        return [self.root.pid]

    def supervisors(self):
        """All processes but the children."""
        child = os.path.realpath(self.work.program)
        return [pid for pid in process.descendants(self.roots()) if process.program(pid) != child]

    def settle(self):
        """Lets the children become old enough for those that pause after short runs, and the
        supervisor finish what it does after a start."""
        time.sleep(1.3)

    def pids(self, starts):
        """The children's pids, by name, from what they reported."""
        return {name: start.pid for name, start in starts.items()}

    def status_command(self):
        """Shows the state of all children; none where there is no such command."""
        return None

    def environment(self):
        """For the supervisor and its commands."""
        return clean_environment()

    def launch(self, command, folder=None):
        self.root = subprocess.Popen(
            [str(word) for word in command], cwd=folder or self.place, env=self.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.place / "errors", "ab"), start_new_session=True)

    def run(self, *command, seconds=180):
        done = subprocess.run(
            [str(word) for word in command], cwd=self.place, env=self.environment(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)
        if done.returncode != 0:
            raise NotDone(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}".strip())
        return done.stdout

    def write_service(self, folder, name):
        """A service folder in the way of daemontools, whose `run` is the child itself."""
        folder.mkdir(parents=True)
        (folder / "run").symlink_to(self.work.program)
        (folder / "arguments").write_text(" ".join(self.work.arguments(name)) + "\n")

    def write_script(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Whatever happened, nothing is left of it."""
        self.kill_leftovers()
        if self.root is not None:
            self.root.wait(30)
        shutil.rmtree(self.place, ignore_errors=True)

    def kill_leftovers(self, seconds=30):
        """All that this peer started, and nothing else, names its folder on its command line, is
        the child with this FIFO, or descends from such a one."""
        marks = [os.fsencode(str(self.place)), os.fsencode(self.work.fifo)]
        deadline = time.monotonic() + seconds
        while left := self.leftovers(marks):
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            if self.root is not None:
                self.root.poll()
            if time.monotonic() > deadline:
                raise NotDone(f"{self.name} left {len(left)} processes behind")
            time.sleep(0.02)

    def leftovers(self, marks):
        own = [] if self.root is None or self.root.poll() is not None else [self.root.pid]
        marked = [
            pid for pid in process.all_pids()
            if pid != os.getpid() and any(mark in process.command_line(pid) for mark in marks)]
        return process.descendants(set(own + marked))


def clean_environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WG_")}
    for name in ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "WATCHDOG_USEC"):
        kept.pop(name, None)
    return kept


def unpacked(name, *packages, release="bookworm"):
    """The root of Debian packages that were unpacked and not installed."""
    folder = BUILD / "unpacked" / name
    command = [REPOSITORY / ".ci/unpacked", release, folder, *packages]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(done.stderr.strip())
    return folder / "root"


def debian_version(package):
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Version}", package], capture_output=True,
        text=True)
    return done.stdout
