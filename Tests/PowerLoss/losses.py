"""What a power cut does to what was not synced: the ways in which file systems are known to do it."""

import random

from disk import perform

SECTOR = 512


def nothing(_):
    return False


def everything(_):
    return True


def saved(file):
    return file.saved


def whole(file):
    return bytes(file.data)


def zeros(file):
    """Its size has arrived, what was written has not."""
    data = bytearray(file.saved)
    del data[len(file.data):]
    data.extend(bytes(len(file.data) - len(data)))
    return bytes(data)


def whole_if_renamed(file):
    """What ext4 does: a file that replaces another is written at once, one that grows is not."""
    return whole(file) if file.is_renamed else file.saved


# The corners: names without data, data without names, all that was done, none of it.
CORNERS = {
    "nothing": (nothing, saved), "names": (everything, saved), "sizes": (everything, zeros),
    "data": (nothing, whole), "all": (everything, whole), "replaced": (everything, whole_if_renamed),
}


def drawn(disk, seed):
    """One of the many other ways, by a seed."""
    chance = random.Random(seed)
    choices = {}

    def content(file):
        if id(file) not in choices:
            choices[id(file)] = chance.choice(CONTENTS)(file, chance)
        return choices[id(file)]

    return chance.choice((in_order, at_random))(disk, chance), content


def in_order(disk, chance):
    """A journal: what came before something that arrived has arrived."""
    last = max((change.index for change in disk.changes if change.is_saved), default=-1)
    until = chance.randint(last, max(last, disk.index))
    return lambda change: change.index <= until


def at_random(disk, chance):
    share = chance.random()
    there = {change.index for change in disk.changes if chance.random() < share}
    return lambda change: change.index in there


def torn(file, chance):
    """The writes up to some moment, the last of them in part."""
    data = bytearray(file.saved)
    count = chance.randint(0, len(file.writes))
    for write in file.writes[:count]:
        perform(data, write)
    if count < len(file.writes):
        index, offset, piece = file.writes[count]
        if piece is not None:
            end = chance.randint(0, len(piece))
            if chance.random() < 0.5:
                end -= (offset + end) % SECTOR
            if end > 0:
                perform(data, (index, offset, piece[:end]))
    return bytes(data)


def holed(file, chance):
    """The size has arrived, and some sectors; what is missing reads as zeros."""
    data, target = bytearray(zeros(file)), whole(file)
    for start in range(0, len(target), SECTOR):
        if chance.random() < 0.5:
            data[start:start + SECTOR] = target[start:start + SECTOR]
    return bytes(data)


CONTENTS = (
    lambda file, _: saved(file), lambda file, _: whole(file), lambda file, _: zeros(file), torn, holed)
