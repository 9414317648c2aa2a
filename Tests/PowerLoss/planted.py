"""Syncs that somebody could forget: without each of them the checks must find something."""

import re

from recording import Operation

# Which scenario shows it, and the files that are not synced in it.
PLANTED = (
    ("offline-archive", r"/tombstones/[^/]*\.tmp"),
    ("offline-archive", r"/tombstones"),
    ("offline-send", r"/inbox\.jsonl"),
    ("offline-send", r"/chat/[0-9a-f-]{36}"),
    ("create", r"/\.graph\.tmp\.\d+"),
    ("create", r"/\.wg"),
    ("create", r"/\.sessions\.json\.[^/]*\.tmp"),
    ("serve", r"/\.incarnations\.json\.[^/]*\.tmp"),
    ("serve", r"/service"),
    ("offline-down", r"/chats/[^/]*\.tmp"),
    ("down", r"/chats/[^/]*\.tmp"),
    ("bare", r"/\.wg"),
    ("crash", r"/\.incarnations\.json\.[^/]*\.tmp"),
)


def without(steps, path):
    """The recording without those syncs."""
    pattern = re.compile(f".*{path}")
    # Nothing is done in their place, so that the others keep their numbers.
    return [
        Operation("forgotten") if step.kind == "sync" and pattern.fullmatch(step.path) else step
        for step in steps]
