"""circus: one process in Python, from PyPI."""
import subprocess

from peers.peer import REPOSITORY, Missing, Peer


class Circus(Peer):
    name = "circus"

    @classmethod
    def obtain(cls):
        done = subprocess.run(
            [REPOSITORY / ".ci/python", "circus", "--", "-c", "import sys; print(sys.executable)"],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing(f"circus comes from PyPI: {done.stderr.strip()[-200:]}")
        cls.python = REPOSITORY / done.stdout.split()[-1]

    @classmethod
    def version(cls):
        script = "import circus; print(circus.__version__)"
        done = subprocess.run([cls.python, "-c", script], capture_output=True, text=True)
        return done.stdout.strip()

    def prepare(self):
        # By itself it looks every five seconds whether its children live.
        delay = "" if self.work.delays else "check_delay = 0.1\n"
        sections = [
            f"[circus]\nendpoint = ipc://{self.place}/a\n"
            f"pubsub_endpoint = ipc://{self.place}/b\n{delay}"]
        for name in self.work.names():
            command = " ".join(self.work.command(name))
            sections.append(f"[watcher:{name}]\ncmd = {command}\n{self.output(name)}\n")
        (self.place / "circus.ini").write_text("\n".join(sections))

    def output(self, name):
        if not self.work.logs:
            return "close_child_stdout = true"
        return f"stdout_stream.class = FileStream\nstdout_stream.filename = {self.place}/log-{name}"

    def start(self):
        self.launch([self.python, "-m", "circus.circusd", self.place / "circus.ini"])

    def stop(self):
        self.run(*self.control("quit"))
        self.root.wait(60)

    def status_command(self):
        return self.control("status")

    def control(self, command):
        return [self.python, "-m", "circus.circusctl", "--endpoint", f"ipc://{self.place}/a",
                "--timeout", "60", command]
