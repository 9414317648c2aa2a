"""supervisord: one process in Python."""
from peers.peer import Peer, unpacked


class Supervisord(Peer):
    name = "supervisord"

    @classmethod
    def obtain(cls):
        cls.files = unpacked("supervisord", "supervisor", "python3-pkg-resources")

    @classmethod
    def version(cls):
        return "4.2.5"

    def environment(self):
        return super().environment() | {"PYTHONPATH": f"{self.files}/usr/lib/python3/dist-packages"}

    def prepare(self):
        work, socket = self.work, self.place / "socket"
        sections = [
            f"[unix_http_server]\nfile={socket}\n",
            f"[supervisord]\nnodaemon=true\nlogfile={self.place}/log\npidfile={self.place}/pid\n"
            f"minfds={work.count * 8 + 200}\n",
            "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory ="
            " supervisor.rpcinterface:make_main_rpcinterface\n",
            f"[supervisorctl]\nserverurl=unix://{socket}\n"]
        options = "" if work.delays else "startsecs=0\n"
        for name in work.names():
            output = f"{self.place}/log-{name}" if work.logs else "/dev/null"
            limit = "" if work.logs else "stdout_logfile_maxbytes=0\n"
            sections.append(
                f"[program:{name}]\ncommand={' '.join(work.command(name))}\nautorestart=true\n"
                f"redirect_stderr=true\nstdout_logfile={output}\n{limit}{options}")
        (self.place / "supervisord.conf").write_text("\n".join(sections))

    def start(self):
        self.launch(["/usr/bin/python3", self.files / "usr/bin/supervisord", "-c",
                     self.place / "supervisord.conf"])

    def status_command(self):
        return ["/usr/bin/python3", self.files / "usr/bin/supervisorctl", "-c",
                self.place / "supervisord.conf", "status"]
