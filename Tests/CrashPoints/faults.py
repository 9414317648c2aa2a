"""The steps of a program, and what can happen at each of them."""

import collections
import dataclasses
import re

# What each call may answer, by its manual page, as far as a machine in trouble does it.
ERRORS = {
    "openat": ["EMFILE", "ENFILE", "EACCES", "ENOSPC", "EIO", "EINTR"],
    "read": ["EIO", "EINTR"], "pread64": ["EIO", "EINTR"],
    "write": ["ENOSPC", "EIO", "EDQUOT", "EINTR"], "pwrite64": ["ENOSPC", "EIO"],
    "fsync": ["EIO", "ENOSPC"], "fdatasync": ["EIO"], "syncfs": ["EIO", "ENOSPC"],
    "rename": ["ENOSPC", "EACCES", "EIO"], "renameat2": ["ENOSPC", "EIO"],
    "unlink": ["EACCES", "EIO"], "mkdir": ["ENOSPC", "EACCES"], "rmdir": ["EACCES"],
    "ftruncate": ["EIO", "EINTR"], "flock": ["EINTR", "ENOLCK"], "fcntl": ["ENOLCK", "EMFILE"],
    "clone": ["EAGAIN", "ENOMEM"], "clone3": ["EAGAIN", "ENOMEM", "ENOSYS"],
    "pidfd_open": ["EMFILE", "ENOMEM", "ESRCH"], "pidfd_send_signal": ["ESRCH", "EPERM", "EINVAL"],
    "waitid": ["EINTR", "ECHILD"], "kill": ["ESRCH", "EPERM"],
    "epoll_create1": ["EMFILE", "ENOMEM"], "epoll_ctl": ["ENOSPC", "ENOMEM"],
    "epoll_wait": ["EINTR"], "epoll_pwait": ["EINTR"], "timerfd_create": ["EMFILE", "ENOMEM"],
    "timerfd_settime": ["EINVAL"], "signalfd4": ["EMFILE", "ENOMEM"],
    "inotify_init1": ["EMFILE", "ENOMEM"], "inotify_add_watch": ["ENOSPC", "ENOMEM", "ENOENT"],
    "socket": ["EMFILE", "ENFILE"], "bind": ["EADDRINUSE", "EACCES"], "listen": ["EADDRINUSE"],
    "accept4": ["EMFILE", "ECONNABORTED", "EINTR", "EAGAIN"], "connect": ["ECONNREFUSED", "EAGAIN"],
    "sendto": ["EAGAIN", "ECONNRESET", "EPIPE", "ENOBUFS"], "sendmsg": ["EAGAIN", "EPIPE"],
    "recvfrom": ["EINTR", "ECONNRESET", "EAGAIN"], "recvmsg": ["EINTR", "EAGAIN"],
    "getdents64": ["EIO", "ENOMEM"], "newfstatat": ["EIO", "EACCES"], "fstat": ["EIO"],
    "getrandom": ["EINTR"], "memfd_create": ["EMFILE", "ENOMEM"], "prctl": ["EINVAL"],
    "mmap": ["ENOMEM"], "fchmod": ["EPERM"], "chmod": ["EPERM"], "setsockopt": ["ENOMEM"],
}


@dataclasses.dataclass(frozen=True)
class Fault:
    """At the `count`th call of this name: killed before it is made, or answered with an error."""

    call: str
    count: int
    error: str | None = None
    # Of calls about this file alone; `{inbox}` is that of chat 1.
    path: str | None = None

    def tracer(self, world):
        what = f"error={self.error}" if self.error else "signal=SIGKILL"
        place = ("-P", self.place(world)) if self.path else ()
        return ("strace", "-qq", "-o", "/dev/null", "-e", f"trace={self.call}", "-e", "signal=none",
                *place, "-e", f"inject={self.call}:{what}:when={self.count}")

    def place(self, world):
        return self.path.format(
            inbox=world.inbox(1), service=world.wg_folder / "service", chats=world.wg_folder / "chat")

    def __str__(self):
        place = f" of {self.path}" if self.path else ""
        return f"{self.call}:{self.count}:{self.error or 'KILL'}{place}"

    @staticmethod
    def parse(text):
        text, _, path = text.partition(" of ")
        call, count, what = text.split(":")
        return Fault(call, int(count), None if what == "KILL" else what, path or None)


# What this has found, and must not find again.
PINNED = {
    # An inbox that could not be read once was not looked at before the next message.
    "serve": [Fault("newfstatat", count, "EIO", "{inbox}") for count in (6, 7, 8)],
    # An archive that had failed was carried out by the next dispatcher, although the chat was restored.
    "restore": [
        Fault("fsync", count, "EIO", "{service}/tombstones") for count in (2, 3)],
    # A registry that could not be read once was not looked at before the next change.
    "bare": [Fault("pread64", count, "EIO", "{chats}/sessions.json") for count in (9, 10)],
    # The Swift runtime found no arguments, so that `wg` did nothing, and said that all was well.
    "offline-send": [Fault("openat", 1, "EMFILE", "/proc/self/maps")],
}


def recorder(log):
    """strace that writes every call down, with its time."""
    return ("strace", "-qq", "-ttt", "-s", "0", "-e", "signal=none", "-o", str(log))


def faults(log, since, kinds):
    """A fault for each call that was made after the time `since`, and for each answer it may get."""
    counts, found = collections.Counter(), []
    for line in log.read_text(errors="replace").splitlines():
        parsed = re.match(r"(\d+\.\d+) (\w+)\(", line)
        if not parsed:
            continue
        call = parsed.group(2)
        counts[call] += 1
        # Before the program itself runs there is nothing to break; and these cannot be stopped at.
        if call in ("execve", "exit_group", "rt_sigreturn") or float(parsed.group(1)) < since:
            continue
        if "kill" in kinds:
            found.append(Fault(call, counts[call]))
        if "error" in kinds:
            found += [Fault(call, counts[call], error) for error in ERRORS.get(call, [])]
    return found
