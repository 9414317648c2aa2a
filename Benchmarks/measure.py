#!/usr/bin/env python3
"""Measures the release build, and prints a table of figures in Markdown.

    measure.py --programs .build/release [--update docs/measurements.md] [FIGURE...]

Each figure is measured on a scratch project of its own, with handlers that only wait
(Benchmarks/probe.c, compiled with cc), and proves that what it measures is so: states are asked of
the dispatcher, deaths are looked up in /proc. Nothing waits for a time but the counting of
wake-ups.
"""
import argparse
import contextlib
import datetime
import json
import os
import platform
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


class Project:
    """A scratch project with many chats, and a dispatcher."""

    def __init__(self, programs, probe, chats=0):
        self.programs = programs
        self.root = Path(tempfile.mkdtemp(prefix="wg-measure-")).resolve()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("WG_")}
        self.environment.pop("NOTIFY_SOCKET", None)
        self.fifo_path = self.root / "starts"
        os.mkfifo(self.fifo_path)
        self.environment["PROBE_FIFO"] = str(self.fifo_path)
        self.fifo = os.open(self.fifo_path, os.O_RDWR | os.O_CLOEXEC)
        self.unread = b""
        self.connections = []
        self.wg("init")
        if chats:
            self.write_chats(probe, chats)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in self.connections:
            connection.close()
        subprocess.run(
            [self.programs / "wg", "service", "stop", "--force"], cwd=self.root,
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(self.fifo)
        shutil.rmtree(self.root, ignore_errors=True)

    def wg(self, *arguments):
        done = subprocess.run(
            [self.programs / "wg", *arguments, "--json"], cwd=self.root, env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"wg {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def write_chats(self, probe, count):
        """Writes what `wg chat create` writes, for many chats at once; each has an old message."""
        folder = self.root / ".wg"
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        old = "2026-01-01T00:00:00+00:00"
        sessions, rows = {}, []
        for number in range(count):
            session = str(uuid.uuid4())
            sessions[session] = {
                "kind": "coordinator", "created": now,
                "aliases": [f"chat-{number}", f"coordinator-{number}", str(number)]}
            rows.append(json.dumps({
                "kind": "task", "id": f".chat-{number}", "title": f"Chat {number}",
                "description": f"Chat {number} of a measurement.", "status": "in-progress",
                "priority": 50, "tags": ["chat-loop"], "created_at": now, "started_at": now,
                "last_interaction_at": now, "log": [], "command_argv": [str(probe)],
                "working_dir": str(self.root), "executor_preset_name": "exec",
                "cycle_config": {"max_iterations": 0, "no_converge": True}}))
            chat = folder / "chat" / session
            chat.mkdir(parents=True)
            for box, role in (("inbox", "user"), ("outbox", "coordinator")):
                (chat / f"{box}.jsonl").write_text(json.dumps({
                    "id": 1, "timestamp": old, "role": role, "content": "hello",
                    "request_id": f"chat-{number}-1"}) + "\n")
        (folder / "graph.jsonl").write_text("\n".join(rows) + "\n")
        (folder / "chat" / "sessions.json").write_text(
            json.dumps({"version": 1, "sessions": sessions}, indent=2))

    def start(self, *options):
        self.pid = self.wg("service", "start", *options)["pid"]
        return self.pid

    def attach(self, numbers):
        """Becomes a consumer of chats, over one connection, and waits until all of them run."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self.root / ".wg/service/daemon.sock"))
        self.connections.append(connection)
        answers = connection.makefile()
        for number in numbers:
            connection.sendall(json.dumps({"cmd": "attach", "chat_id": number}).encode() + b"\n")
            answer = json.loads(answers.readline())
            if not answer["ok"]:
                raise RuntimeError(f"attach: {answer}")
        return self.wait_for_running(len(numbers))

    def wait_for_running(self, count, seconds=120):
        """Waits until so many chats run and the others rest; gives them."""
        deadline = time.monotonic() + seconds
        while True:
            chats = self.wg("chat", "list")["chats"]
            running = [chat for chat in chats if chat["state"] == "running"]
            if len(running) == count and all(
                    chat["state"] in ("running", "resting") for chat in chats):
                return running
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(running)} of {count} chats run")

    def next_start(self, seconds=30):
        """The next start that a handler reports: (chat, pid, nanoseconds)."""
        while b"\n" not in self.unread:
            if not select.select([self.fifo], [], [], seconds)[0]:
                raise RuntimeError("no handler was started in time")
            self.unread += os.read(self.fifo, 65536)
        line, self.unread = self.unread.split(b"\n", 1)
        chat, pid, started = line.split()
        return chat.decode(), int(pid), int(started)

    def drain_starts(self):
        self.unread = b""
        while select.select([self.fifo], [], [], 0)[0]:
            os.read(self.fifo, 65536)


def pss(pid):
    """Kilobytes that the process has for itself, shared pages counted in part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError("no Pss in smaps_rollup")


def context_switches(pid):
    """Of all threads of the process, wanted or not."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for line in (thread / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                total += int(line.split()[1])
    return total


def settled_pss(pid):
    """The same once the dispatcher has nothing left to do, not even to give memory back."""
    settled_switches(pid)
    return pss(pid)


def settled_switches(pid, seconds=30):
    """The count when it has stood still for two seconds: what was asked before has been dealt with."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        count = context_switches(pid)
        time.sleep(2)
        if context_switches(pid) == count:
            return count
    raise RuntimeError("the dispatcher does not come to rest")


def threads(pid):
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def is_alive(pid):
    with contextlib.suppress(OSError):
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    return False


def percentile(samples, share):
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(nanoseconds):
    return f"{nanoseconds / 1e6:.2f} ms"


def spread(samples):
    return f"p50 {milliseconds(percentile(samples, .5))}, p99 {milliseconds(percentile(samples, .99))}"


class Figures:
    """One method for each figure; the first line of its comment names it in the table."""

    def __init__(self, programs, folder):
        self.programs = programs
        self.probe = folder / "probe"
        compiler = next(filter(None, map(shutil.which, ("cc", "clang", "gcc"))), "cc")
        subprocess.run([compiler, "-O2", "-o", self.probe, HERE / "probe.c"], check=True)

    def project(self, chats=0):
        return Project(self.programs, self.probe, chats)

    def restart(self):
        """Restart after SIGKILL, from kill(2) to the first instruction of the new handler's main"""
        samples = []
        with self.project(100) as project:
            project.start("--backoff-initial", "0")
            project.attach(range(100))
            project.drain_starts()
            # Five of them each: the eighth crash would park the chat.
            for _ in range(5):
                handlers = {str(c["chat_id"]): c["pid"] for c in project.wait_for_running(100)}
                for chat, pid in handlers.items():
                    killed = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
                    os.kill(pid, signal.SIGKILL)
                    restarted, new, started = project.next_start()
                    if restarted != chat or new == pid:
                        raise RuntimeError(f"chat {restarted} was started, {chat} was killed")
                    samples.append(started - killed)
        yield "", f"{spread(samples)} (100 running chats, {len(samples)} kills, no back-off)", "p50 ≤ 3 ms"
        yield "the least it can take: kill, wait, vfork, exec in C", self.floor(), ""

    def floor(self):
        with self.project() as project:
            environment = {**project.environment}
            done = subprocess.run(
                [self.probe, "floor", "500"], env=environment, capture_output=True, text=True,
                check=True)
        return spread([int(line) for line in done.stdout.split()])

    def wakeups(self):
        """Context switches of the dispatcher in 60 s, with 1,000 resting and 100 running chats"""
        with self.project(1100) as project:
            pid = project.start()
            project.attach(range(100))
            before = settled_switches(pid)
            time.sleep(60)
            after = context_switches(pid)
            if len(project.wait_for_running(100)) != 100:
                raise RuntimeError("not all handlers stayed")
            yield "", f"{after - before} ({threads(pid)} thread)", "0"

    def memory(self):
        """Memory of the dispatcher (PSS)"""
        with self.project() as project:
            empty = settled_pss(project.start())
        with self.project(100) as project:
            pid = project.start()
            project.attach(range(100))
            running = settled_pss(pid)
        with self.project(1000) as project:
            resting = settled_pss(project.start())
        yield "no chats", f"{empty:,} kB", ""
        yield "100 running", (
            f"{running:,} kB: {(running - empty) / 100:.1f} kB for each"), "≤ 2 MB + 5 kB for each"
        yield "1,000 resting", f"{resting:,} kB: {(resting - empty) / 1000:.2f} kB for each", ""

    def purge(self):
        """Purge, the command included, until every process is proven dead"""
        for count, target in ((100, ""), (1000, "≤ 2 s")):
            with self.project(count) as project:
                project.start()
                pids = [chat["pid"] for chat in project.attach(range(count))]
                began = time.monotonic()
                answer = project.wg("service", "purge-chats")
                seconds = time.monotonic() - began
                ended = [pid for chat in answer["purged"] for pid in chat["handler"]["pids"]]
                if sorted(ended) != sorted(pids) or any(is_alive(pid) for pid in pids):
                    raise RuntimeError("not every handler was ended")
                yield f"{count:,} running chats", f"{seconds:.2f} s", target

    def boot(self):
        """Start of the dispatcher until it is ready, with 10,000 chats in the graph"""
        with self.project(10000) as project:
            samples = []
            for _ in range(5):
                began = time.monotonic_ns()
                pid = project.start()
                samples.append(time.monotonic_ns() - began)
                size = settled_pss(pid)
                project.wg("service", "stop")
            first, rest = samples[0], samples[1:]
            yield "", (
                f"{milliseconds(first)} the first time, {milliseconds(percentile(rest, .5))} later; "
                f"{size:,} kB then"), ""

    def commands(self):
        """Commands, from start to exit"""
        with self.project(10) as project:
            project.start()
            for arguments in (["--version"], ["chat", "list"]):
                samples = [self.time(project, arguments) for _ in range(200)]
                yield f"`wg {' '.join(arguments)}`", spread(samples), ""

    def time(self, project, arguments):
        program = str(self.programs / "wg")
        quiet = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
        command = [program, *arguments]
        environment = {**project.environment, "WG_DIR": str(project.root)}
        began = time.monotonic_ns()
        pid = os.posix_spawn(program, command, environment, file_actions=quiet)
        _, status = os.waitpid(pid, 0)
        ended = time.monotonic_ns()
        if status != 0:
            raise RuntimeError(f"wg {arguments} ended with {status}")
        return ended - began

    ALL = ("restart", "wakeups", "memory", "purge", "boot", "commands")


def machine():
    model = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
         if line.startswith("model name")), platform.machine())
    return (
        f"{datetime.date.today().isoformat()}: Linux {platform.release()}, {os.cpu_count()} cores "
        f"({model}), load {os.getloadavg()[0]:.2f} at the beginning.")


def table(figures, names):
    lines = [machine(), "", "| figure | measured | target | command |", "|---|---|---|---|"]
    for name in names:
        measure = getattr(figures, name)
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        for detail, value, target in measure():
            title = measure.__doc__ + (f": {detail}" if detail else "")
            command = f"`Benchmarks/measure.py --programs .build/release {name}`"
            lines.append(f"| {title} | {value} | {target} | {command} |")
    return "\n".join(lines)


def update(path, text):
    document = path.read_text()
    head, rest = document.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    path.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, required=True, help="the folder with wg in it")
    parser.add_argument("--update", type=Path, help="the document whose figures are replaced")
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(Figures.ALL))
    options = parser.parse_args()
    names = options.figures or Figures.ALL
    if unknown := set(names) - set(Figures.ALL):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="wg-measure-") as folder:
        text = table(Figures(options.programs.resolve(), Path(folder)), names)
    print(text)
    if options.update:
        update(options.update, text)


if __name__ == "__main__":
    main()
