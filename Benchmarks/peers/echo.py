"""The same project with handlers that answer: those of `wg-handler echo`."""
from peers.ours import Ours
from peers.project import write_chats


class Echo(Ours):
    def prepare(self):
        super().prepare()
        if self.work.extra:
            with open(self.place / ".wg/config.toml", "a", encoding="utf-8") as file:
                file.write(f"[chats]\nidle_timeout = \"{self.work.extra}\"\n")

    def write_chats(self):
        self.folders = write_chats(self.place, self.work.count)

    def running(self):
        return [chat for chat in self.chats() if chat["state"] == "running"]
