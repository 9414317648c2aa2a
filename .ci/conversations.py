"""What the scripts that talk with real models and agents have in common: packages of PyPI, the
model's server, and chats that are driven with wg."""
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 180


def until(what, condition, patience=PATIENCE):
    """Waits until something is so, and gives it."""
    end = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > end:
            sys.exit(f"not so within {patience} s: {what}")
        time.sleep(0.02)
    return found


def check(what, is_so):
    print(("ok: " if is_so else "NOT SO: ") + what, flush=True)
    if not is_so:
        sys.exit(1)


def installed(folder, *packages):
    """The Python of a venv with the packages, made once; none without a network."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    return python if pip(python, "install", "--prefer-binary", *packages) else None


def pip(python, command, *arguments):
    done = subprocess.run([python, "-m", "pip", command, "--quiet", "--disable-pip-version-check",
                           *arguments])
    return done.returncode == 0


class Model:
    """The server, on the same port each time; `context` is how many tokens it can look back."""

    def __init__(self, python, folder, context=4096):
        self.python, self.folder, self.port, self.context = python, folder, "0", str(context)
        self.start()

    def start(self):
        # That of a run which was killed.
        (self.folder / "url").unlink(missing_ok=True)
        with open(self.folder / "server.log", "w") as log:
            self.process = subprocess.Popen(
                [self.python, HERE / "model-server", self.folder], stdout=log, stderr=log,
                env={**os.environ, "MODEL_PORT": self.port, "MODEL_CONTEXT": self.context})
        self.url = until("the model serves", self.address)
        self.port = self.url.split(":")[2].split("/")[0]

    def address(self):
        if self.process.poll() is not None:
            sys.exit((self.folder / "server.log").read_text()[-2000:])
        path = self.folder / "url"
        return path.read_text() if path.exists() else None

    def kill(self):
        self.process.kill()
        self.process.wait()


class Project:
    """A project with a dispatcher of its own, and with `variables` in its environment."""

    def __init__(self, programs, root, **variables):
        self.wg, self.root = str(programs / "wg"), Path(root)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("WG_")}
        self.environment = {**inherited, **variables}
        self.run("init")

    def run(self, *arguments):
        done = self.wg_with(*arguments)
        print("$ wg", *(argument[:200] for argument in arguments))
        print(done.stdout + done.stderr, end="", flush=True)
        if done.returncode != 0:
            sys.exit(f"it exited with {done.returncode}")
        return done.stdout

    def wg_with(self, *arguments):
        return subprocess.run([self.wg, *arguments], cwd=self.root, env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE + 30)

    def show(self, name):
        return json.loads(self.wg_with("chat", "show", name, "--json").stdout)["chat"]


class Chat:
    """One chat of it, made with these options of `wg chat create`."""

    def __init__(self, project, name, *options):
        self.project, self.name = project, name
        project.run("chat", "create", "--name", name, *options)
        self.folder = project.root / ".wg" / "chat" / project.show(name)["session"]

    def run(self, command, *arguments):
        return self.project.run("chat", command, self.name, *arguments)

    def wait(self, text):
        """Sends, and gives what `--wait` prints."""
        return self.run("send", text, "--wait", "--timeout", str(PATIENCE)).strip()

    def ask(self, text):
        """Sends; gives the request id."""
        self.run("send", text)
        return self.rows("inbox")[-1]["request_id"]

    def rows(self, box):
        path = self.folder / f"{box}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def answer(self, request):
        row = until("an answer", lambda: next(
            (row for row in self.rows("outbox") if row["request_id"] == request), None))
        print(f"  {row['role']}: {row['content']!r}", flush=True)
        return row

    def begun(self):
        until("the answer begins", (self.folder / ".streaming").exists)

    def handler(self):
        return until("the handler's pid", lambda: self.project.show(self.name).get("pid"))
