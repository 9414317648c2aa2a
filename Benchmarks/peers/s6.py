"""s6: a supervising process for each service below one scanner."""
import shutil

from peers.peer import Missing, Peer, debian_version


class S6(Peer):
    name = "s6"
    most = 10_000

    @classmethod
    def obtain(cls):
        # Not unpacked, as the others are: s6-svscan looks for its programs in /usr/bin.
        if not shutil.which("s6-svscan"):
            raise Missing("it needs the Debian package s6")

    @classmethod
    def version(cls):
        return debian_version("s6")

    def prepare(self):
        work = self.work
        # A service that was ready for a second is started again at once; one that never was, waits.
        says_ready = work.mode == "wait" and not work.delays
        if says_ready:
            work.mode = "ready"
        for name in work.names():
            service = self.place / "scan" / name
            self.write_service(service, name)
            if says_ready:
                (service / "notification-fd").write_text("3\n")
            if work.logs:
                self.write_script(
                    service / "log/run",
                    f"#!/bin/sh\nexec s6-log n3 s8000000 {self.place}/log-{name}\n")

    def start(self):
        most = max(500, 2 * self.work.count)
        self.launch(["s6-svscan", "-c", most, self.place / "scan"])

    def status_command(self):
        script = 'for name in "$0"/*; do s6-svstat "$name"; done'
        return ["sh", "-c", script, self.place / "scan"]
