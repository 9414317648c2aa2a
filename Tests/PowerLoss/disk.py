"""A model of a file system: what is there while it runs, and what a power cut may leave of it.

A file has what was synced, and the writes since then. A folder's names have changes, each of which is
synced with one of the folders that it touches. A change happens as a whole or not at all, as in every
file system with a journal.
"""

import dataclasses
import os
import pathlib
import stat


class Folder:
    def __init__(self):
        self.names = {}
        self.mode = 0o755


class Leaf:
    """A symbolic link or a socket: there at once, or not."""

    def __init__(self, target=None):
        self.target = target


class File:
    def __init__(self, data=b"", mode=0o644):
        self.data = bytearray(data)
        self.saved = bytes(data)
        self.writes = []    # since it was saved: (index, offset, bytes), or (index, size, None)
        self.mode = mode
        self.is_renamed = False

    def write(self, index, offset, data):
        offset = len(self.data) if offset < 0 else offset
        self.writes.append((index, offset, data))
        put(self.data, offset, data)

    def resize(self, index, size):
        self.writes.append((index, size, None))
        resize(self.data, size)

    def save(self, until):
        """What was written before `until` is on the disk."""
        data, later = bytearray(self.saved), []
        for write in self.writes:
            if write[0] < until:
                perform(data, write)
            else:
                later.append(write)
        self.saved, self.writes = bytes(data), later


def perform(data, write):
    _, offset, piece = write
    if piece is None:
        resize(data, offset)
    else:
        put(data, offset, piece)


def put(data, offset, piece):
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset:offset + len(piece)] = piece


def resize(data, size):
    del data[size:]
    data.extend(bytes(size - len(data)))


@dataclasses.dataclass
class Change:
    """Names that change together."""

    index: int
    edits: list    # (folder, name, what it is from then on; None: nothing)
    is_saved: bool = False


class Disk:
    """Everything below one folder."""

    def __init__(self, folder):
        self.root = pathlib.PurePosixPath(folder)
        self.top = load(pathlib.Path(folder))
        self.base = {}          # folder: its names when the recording began
        self.files = []         # every file that ever was
        self.changes = []
        self.index = 0
        self.remember(self.top)

    def remember(self, folder):
        self.base[folder] = dict(folder.names)
        for child in folder.names.values():
            if isinstance(child, Folder):
                self.remember(child)
            elif isinstance(child, File):
                self.files.append(child)

    def find(self, path):
        node = self.top
        for part in pathlib.PurePosixPath(path).relative_to(self.root).parts:
            node = node.names.get(part) if isinstance(node, Folder) else None
        return node

    def parent(self, path):
        path = pathlib.PurePosixPath(path)
        return self.find(path.parent), path.name

    def change(self, *edits):
        for folder, name, node in edits:
            if node is None:
                folder.names.pop(name, None)
            else:
                folder.names[name] = node
        self.changes.append(Change(self.index, list(edits)))

    def apply(self, operation):
        """Takes one operation of a recording; what concerns no file is passed over."""
        action = getattr(self, "do_" + operation.kind, None)
        if action:
            action(operation)
        self.index += 1

    def do_open(self, operation):
        if operation.path == str(self.root):
            return
        folder, name = self.parent(operation.path)
        node = folder.names.get(name)
        if node is None and "O_CREAT" in operation.flags:
            node = File()
            self.files.append(node)
            self.change((folder, name, node))
        elif isinstance(node, File) and "O_TRUNC" in operation.flags and node.data:
            node.resize(self.index, 0)

    def do_write(self, operation):
        node = self.find(operation.path)
        if isinstance(node, File):   # What has no name any more cannot be found again either.
            node.write(self.index, operation.size, operation.data)

    def do_truncate(self, operation):
        node = self.find(operation.path)
        if isinstance(node, File):
            node.resize(self.index, operation.size)

    def do_rename(self, operation):
        (old, name), (new, other) = self.parent(operation.path), self.parent(operation.to)
        node = old.names[name]
        if isinstance(node, File):
            node.is_renamed = True
        self.change((new, other, node), (old, name, None))

    def do_remove(self, operation):
        folder, name = self.parent(operation.path)
        self.change((folder, name, None))

    def do_mkdir(self, operation):
        folder, name = self.parent(operation.path)
        self.base[made := Folder()] = {}
        self.change((folder, name, made))

    def do_symlink(self, operation):
        folder, name = self.parent(operation.path)
        self.change((folder, name, Leaf(operation.to)))

    def do_socket(self, operation):
        folder, name = self.parent(operation.path)
        self.change((folder, name, Leaf()))

    def do_sync(self, operation):
        node = self.find(operation.path)
        if isinstance(node, File):
            node.save(operation.began)
        for change in self.changes:
            is_meant = any(folder is node for folder, _, _ in change.edits)
            change.is_saved |= is_meant and change.index < operation.began

    def do_syncall(self, operation):
        for file in self.files:
            file.save(operation.began)
        for change in self.changes:
            change.is_saved |= change.index < operation.began

    def picture(self, arrived, content):
        """What is on the disk after a cut, by path: folders are None.

        `arrived` says of a change that is not saved whether it is there, `content` what is in a file.
        """
        names = {folder: dict(entries) for folder, entries in self.base.items()}
        for change in self.changes:
            if change.is_saved or arrived(change):
                for folder, name, node in change.edits:
                    names[folder][name] = node
        return dict(sorted(self.walk(names, self.top, "", content)))

    def walk(self, names, folder, prefix, content):
        for name, node in names[folder].items():
            if isinstance(node, Folder):
                yield prefix + name, None
                yield from self.walk(names, node, f"{prefix}{name}/", content)
            elif isinstance(node, File):
                yield prefix + name, (content(node), node.mode)
            elif node is not None:
                yield prefix + name, node


def load(path):
    folder = Folder()
    for entry in path.iterdir():
        if entry.is_symlink():
            folder.names[entry.name] = Leaf(os.readlink(entry))
        elif entry.is_dir():
            folder.names[entry.name] = load(entry)
        elif entry.is_file():
            folder.names[entry.name] = File(entry.read_bytes(), stat.S_IMODE(entry.stat().st_mode))
    return folder


def lay_out(picture, path):
    """Makes real files of a picture."""
    path.mkdir(parents=True)
    for name, what in picture.items():
        place = path / name
        if what is None:
            place.mkdir()
        elif isinstance(what, tuple):
            place.write_bytes(what[0])
            place.chmod(what[1])
        elif what.target is not None:
            place.symlink_to(what.target)
        else:
            os.mknod(place, stat.S_IFSOCK | 0o600)


def differences(picture, path):
    """Where the model and the real folder disagree."""
    real = Disk(path).picture(lambda _: True, lambda file: bytes(file.data))
    names = set(picture) ^ set(real)
    names = {name for name in names if not isinstance(picture.get(name), Leaf)}
    return sorted(names) + [
        name for name in picture.keys() & real.keys()
        if isinstance(picture[name], tuple) and picture[name][0] != real[name][0]]
