"""daemontools: a supervising process for each service below one scanner."""
from peers.peer import Peer, unpacked


class Daemontools(Peer):
    name = "daemontools"
    most = 900  # Debian's svscan is compiled for fewer than 1,000.

    @classmethod
    def obtain(cls):
        cls.files = unpacked("daemontools", "daemontools")

    @classmethod
    def version(cls):
        return "0.76"

    def environment(self):
        return super().environment() | {"PATH": f"{self.files}/usr/bin:/usr/bin:/bin"}

    def prepare(self):
        for name in self.work.names():
            service = self.place / "scan" / name
            self.write_service(service, name)
            if self.work.logs:
                (self.place / f"log-{name}").mkdir()
                self.write_script(
                    service / "log/run",
                    f"#!/bin/sh\nexec multilog s8000000 {self.place}/log-{name}\n")
                service.chmod(0o1755)  # How svscan is told that there is a log.

    def start(self):
        self.launch(["svscan", self.place / "scan"])

    def stop(self):
        self.root.terminate()
        self.root.wait(60)
        self.run("sh", "-c", 'exec svc -dx "$0"/*', self.place / "scan")

    def status_command(self):
        return ["sh", "-c", 'exec svstat "$0"/*', self.place / "scan"]
