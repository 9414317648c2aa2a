"""What the programs did to files, one operation after the other, as strace saw it.

Everything is in one recording: commands, the dispatcher and its handlers, in the order in which it
happened. A sync counts from the moment at which it began, and only once it has answered.
"""

import dataclasses
import pathlib
import re
import subprocess

CHANGES = ("open", "openat", "creat", "write", "writev", "pwrite64", "pwritev", "pwritev2", "truncate",
           "ftruncate", "fallocate", "rename", "renameat", "renameat2", "link", "linkat", "unlink",
           "unlinkat", "symlink", "symlinkat", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "bind",
           "copy_file_range", "sendfile", "splice")
SYNCS = ("fsync", "fdatasync", "syncfs", "sync")
PROGRAMS = ("execve", "exit_group")
# How long a sync takes, in microseconds: time for the others to go on meanwhile. Of an uneven disk
# only the first sync of each process is slow, so that others read, answer and sync before it is over.
DISKS = {"slow": ":delay_enter=25000", "uneven": ":delay_enter=120000:when=1"}


class Strange(Exception):
    """A call that changes files in a way that is not known here."""


@dataclasses.dataclass
class Operation:
    """One step of the recording. `path` is the file's at that time."""

    kind: str
    path: str = ""
    to: str = ""          # rename, symlink
    data: bytes = b""     # write
    size: int = 0         # truncate; write: where, -1 for the end
    flags: frozenset = frozenset()
    pid: int = 0
    arguments: tuple = ()
    began: int = 0        # sync: how many operations were before it when it began


def record(command, log, disk):
    """Runs a command, and whatever it starts, under strace."""
    delay = ("-e", f"inject={','.join(SYNCS)}{DISKS[disk]}")
    traced = ",".join(CHANGES + SYNCS + PROGRAMS)
    done = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-qq", "-ttt", "-y", "-xx", "-s", "100000000",
         "-e", "signal=none", "-e", f"trace={traced}", *delay, "-o", str(log), *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    if done.returncode:
        raise Strange(f"the recorded scenario failed: {done.stdout[-2000:]}")


def operations(log, folder):
    """The recording's operations on the files of one folder, and the programs' begin and end; and the
    files of which nobody knows whether they were changed, by a process that was killed just then."""
    return Reader(pathlib.Path(folder)).read(log)


STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
PLACE = re.compile(r"(-?\w+)<((?:\\x[0-9a-f]{2})+)>")


def decode(text):
    return bytes.fromhex(text.replace("\\x", ""))


class Reader:
    def __init__(self, folder):
        self.folder = folder
        self.found = []
        self.begun = {}     # pid: a line without its end, and the operations before it
        self.offsets = {}   # (pid, descriptor): where the next write goes; absent: the end
        self.unsure = set()

    def read(self, log):
        with open(log, encoding="ascii") as lines:
            for line in lines:
                self.take(line.rstrip("\n"))
        for text, _ in self.begun.values():
            self.doubt(text)
        return self.found, self.unsure

    def take(self, line):
        pid, _, text = line.split(None, 2)
        began = len(self.found)
        if text.endswith("<unfinished ...>"):
            self.begun[pid] = (text[:-len("<unfinished ...>")], began)
            return
        if text.startswith("<... "):
            start, began = self.begun.pop(pid)
            text = start + text.partition(" resumed>")[2]
        parsed = re.match(r"(\w+)\((.*)\)\s+= (-?\d+|\?)", text)
        if parsed is None:
            return
        # Without an answer: killed on the way. Only an end has none for another reason.
        if parsed[3].isdigit() or parsed[1] == "exit_group":
            self.call(int(pid), parsed[1], parsed[2], parsed[3], began)
        elif parsed[3] == "?":
            self.doubt(text)

    def call(self, pid, name, text, answer, began):
        strings = [decode(string) for string in STRING.findall(text)]
        if name == "execve":
            words = tuple(word.decode(errors="replace") for word in strings[1:])
            self.add("begin", pid=pid, arguments=words)
        elif name == "exit_group":
            self.add("end", pid=pid, size=int(text or 0))
        elif name in SYNCS:
            path = self.place(text) if name != "sync" else ""
            if self.is_ours(path) or name in ("sync", "syncfs"):
                self.add("sync" if name in ("fsync", "fdatasync") else "syncall", path, began=began)
        elif name in ("open", "openat", "creat"):
            self.open(pid, name, text, strings, int(answer))
        else:
            self.change(pid, name, text, strings, int(answer))

    def add(self, kind, path="", **rest):
        self.found.append(Operation(kind, path, **rest))

    def doubt(self, text):
        places = {decode(place).decode(errors="replace") for _, place in PLACE.findall(text)}
        names = {self.name(text, decode(string)) for string in STRING.findall(text)}
        self.unsure |= {path for path in places | names if self.is_ours(path)}

    def is_ours(self, path):
        return path == str(self.folder) or path.startswith(f"{self.folder}/")

    def place(self, text):
        """The file that the first descriptor means."""
        found = PLACE.search(text)
        return decode(found[2]).decode(errors="replace") if found else ""

    def name(self, text, string):
        """A path in an argument, from the folder that stands before it or the project's."""
        path = pathlib.PurePosixPath(string.decode(errors="replace"))
        found = PLACE.match(text.strip())
        base = decode(found[2]).decode() if found else str(self.folder.parent)
        parts = []
        for part in (pathlib.PurePosixPath(base) / path).parts:
            if part == "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        return str(pathlib.PurePosixPath(*parts))

    def open(self, pid, name, text, strings, answer):
        path = self.name(text, strings[0])
        flags = frozenset(re.findall(r"O_\w+", text))
        if name == "creat":
            flags |= {"O_CREAT", "O_TRUNC"}
        self.offsets.pop((pid, answer), None)
        if not self.is_ours(path):
            return
        if "O_APPEND" not in flags:
            self.offsets[pid, answer] = 0
        if flags & {"O_CREAT", "O_TRUNC"}:
            self.add("open", path, flags=flags)

    def change(self, pid, name, text, strings, answer):
        if name in ("write", "writev", "pwrite64"):
            self.write(pid, name, text, b"".join(strings), answer)
        elif name in ("ftruncate", "truncate"):
            path = self.place(text) if name == "ftruncate" else self.name("", strings[0])
            if self.is_ours(path):
                self.add("truncate", path, size=int(text.rpartition(",")[2]))
        elif name in ("rename", "renameat", "renameat2"):
            self.rename(text, strings)
        elif name in ("mkdir", "mkdirat", "unlink", "unlinkat", "rmdir"):
            path = self.name(text, strings[0])
            if self.is_ours(path):
                self.add("mkdir" if "mkdir" in name else "remove", path)
        elif name in ("symlink", "symlinkat"):
            path = self.name(text.partition(",")[2], strings[1])
            if self.is_ours(path):
                self.add("symlink", path, to=strings[0].decode())
        elif name == "bind":
            self.bind(text, strings)
        else:
            self.refuse(name, text, strings)

    def write(self, pid, name, text, data, answer):
        path = self.place(text)
        if not self.is_ours(path):
            return
        descriptor = int(PLACE.search(text)[1])
        where = self.offsets.get((pid, descriptor), -1)
        if name == "pwrite64":
            where = int(text.rpartition(",")[2])
        elif where >= 0:
            self.offsets[pid, descriptor] = where + answer
        self.add("write", path, data=data[:answer], size=where)

    def rename(self, text, strings):
        first, _, second = text.partition('",')
        old, new = self.name(first, strings[0]), self.name(second, strings[1])
        if self.is_ours(old) != self.is_ours(new):
            raise Strange(f"renamed across the folder's border: {old} to {new}")
        if self.is_ours(old):
            self.add("rename", old, to=new)

    def bind(self, text, strings):
        if "AF_UNIX" in text and strings and not strings[-1].startswith(b"\0"):
            path = self.name("", strings[-1])
            if self.is_ours(path):
                self.add("socket", path)

    def refuse(self, name, text, strings):
        paths = [decode(place).decode(errors="replace") for _, place in PLACE.findall(text)]
        paths += [self.name("", string) for string in strings if string.startswith(b"/")]
        if any(self.is_ours(path) for path in paths):
            raise Strange(f"a call that is not known here: {name} of {paths}")
