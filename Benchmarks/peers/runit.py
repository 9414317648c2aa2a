"""runit: a supervising process for each service below one scanner."""
import signal

from peers.peer import Peer, unpacked


class Runit(Peer):
    name = "runit"
    most = 1000  # runsvdir is compiled for so many.

    @classmethod
    def obtain(cls):
        cls.files = unpacked("runit", "runit")

    @classmethod
    def version(cls):
        return "2.1.2"

    def environment(self):
        return super().environment() | {"PATH": f"{self.files}/usr/bin:/usr/bin:/bin"}

    def prepare(self):
        for name in self.work.names():
            service = self.place / "scan" / name
            self.write_service(service, name)
            if self.work.logs:
                (self.place / f"log-{name}").mkdir()
                self.write_script(
                    service / "log/run", f"#!/bin/sh\nexec svlogd {self.place}/log-{name}\n")

    def start(self):
        self.launch(["runsvdir", self.place / "scan"])

    def stop(self):
        self.root.send_signal(signal.SIGHUP)  # Ends each runsv, and so the services.
        self.root.wait(60)

    def status_command(self):
        return ["sh", "-c", 'exec sv status "$0"/*', self.place / "scan"]
