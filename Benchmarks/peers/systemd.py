"""systemd as process 1 of a world of its own, made by .ci/systemd-world."""
import os
import shutil
import subprocess
import time

from measuring import process
from measuring.children import NotDone
from peers.peer import REPOSITORY, Missing, Peer, clean_environment

NEEDED = {"systemd-nspawn": "systemd-container", "nsenter": "util-linux"}


class Systemd(Peer):
    name = "systemd"

    @classmethod
    def obtain(cls):
        if os.geteuid() != 0:
            raise Missing("systemd in a world of its own needs root")
        missing = [package for program, package in NEEDED.items() if not shutil.which(program)]
        if missing:
            raise Missing(f"systemd in a world of its own needs {' '.join(missing)}")

    @classmethod
    def version(cls):
        done = subprocess.run(["systemctl", "--version"], capture_output=True, text=True)
        return done.stdout.split()[1] if done.stdout else ""

    def prepare(self):
        self.world = self.leader = None
        names = " ".join(f"bench@{name}.service" for name in self.work.names())
        units = self.place / "units"
        units.mkdir()
        (units / "bench.target").write_text(f"[Unit]\nWants={names}\n")
        (units / "bench@.service").write_text(self.service())
        self.boot()
        self.inside("cp", *units.iterdir(), "/run/systemd/system")

    def service(self):
        at_once = not self.work.delays
        return "\n".join([
            "[Unit]", "PartOf=bench.target", *["StartLimitIntervalSec=0"] * at_once,
            "[Service]", f"ExecStart={' '.join(self.work.command('%i'))}", "Restart=always",
            *["RestartSec=0"] * at_once,
            *(["StandardOutput=journal", "LogRateLimitIntervalSec=0"] if self.work.logs
              else ["StandardOutput=null"]), ""])

    def boot(self):
        """Boots the world; it lasts until the pipe to its command is closed."""
        command = [REPOSITORY / ".ci/systemd-world", "--limit", "3600", "--bind", self.place,
                   "--bind", os.path.dirname(self.work.fifo),
                   "--bind-ro", os.path.dirname(self.work.program), "sh", "-c",
                   f"touch {self.place}/is-up; read line < {self.place}/end"]
        os.mkfifo(self.place / "end")
        self.end = os.open(self.place / "end", os.O_RDWR | os.O_CLOEXEC)
        self.world = self.root = subprocess.Popen(
            command, env=clean_environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(self.place / "errors", "ab"))
        deadline = time.monotonic() + 90
        while not (self.place / "is-up").exists():
            if self.world.poll() is not None or time.monotonic() > deadline:
                raise NotDone(f"no world: {(self.place / 'errors').read_text().strip()}")
            time.sleep(0.02)
        self.leader = self.find_leader()

    def find_leader(self):
        """Process 1 of the world, as a pid of ours."""
        for pid in process.descendants([self.world.pid]):
            for line in open(f"/proc/{pid}/status", encoding="ascii", errors="replace"):
                if line.startswith("NSpid:") and line.split()[-1] == "1" and len(line.split()) > 2:
                    if process.program(pid).endswith("/systemd"):
                        return pid
        raise NotDone("the world has no process 1")

    def inside(self, *command):
        return self.run(
            "nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", *command)

    def start(self):
        self.inside("systemctl", "daemon-reload")
        self.inside("systemctl", "start", "--no-block", "bench.target")

    def stop(self):
        self.inside("systemctl", "stop", "bench.target")

    def roots(self):
        return [self.leader]

    def supervisors(self):
        """Process 1, and the journal where it takes the output."""
        return [pid for pid in super().supervisors()
                if pid == self.leader
                or self.work.logs and process.program(pid).endswith("/systemd-journald")]

    def pids(self, starts):
        """Children report the pids that they have in the world; gives ours for them."""
        pids = {}
        for pid in process.all_pids():
            words = process.command_line(pid).split(b"\0")
            if len(words) > 3 and words[2] == os.fsencode(self.work.fifo):
                pids[words[3].decode()] = pid
        return {name: pids[name] for name in starts}

    def __exit__(self, *_):
        if self.world is not None and self.world.poll() is None:
            os.write(self.end, b"\n")
            try:
                self.world.wait(60)
            except subprocess.TimeoutExpired:
                self.world.terminate()
                self.world.wait(60)
        os.close(self.end)
        shutil.rmtree(self.place, ignore_errors=True)
