#!/usr/bin/env python3
"""A handler of one's own, wg-handler(7): answers each message with its words in reverse order.

    wg chat create --name mirror --handler Examples/handler.py
"""
import ctypes, fcntl, json, os, signal
from datetime import datetime, timezone
from pathlib import Path

chat = Path(os.environ["WG_CHAT_DIR"])
inbox, outbox = chat / "inbox.jsonl", chat / "outbox.jsonl"


def rows(path):
    """The complete lines: the last one may still be being written."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def answer(message):
    with open(f"{outbox}.lock", "a") as lock, open(outbox, "a") as file:
        fcntl.flock(lock, fcntl.LOCK_EX)
        row = {
            "id": max((row["id"] for row in rows(outbox)), default=0) + 1,
            "timestamp": datetime.now(timezone.utc).isoformat(),
            "role": "coordinator",
            "content": " ".join(reversed(message["content"].split())),
            "request_id": message["request_id"],
        }
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


signal.signal(signal.SIGINT, signal.SIG_IGN)  # A turn is over at once: there is nothing to give up.
libc = ctypes.CDLL(None)
watch = libc.inotify_init1(os.O_CLOEXEC)
libc.inotify_add_watch(watch, os.fsencode(chat), 0x2 | 0x100)  # IN_MODIFY | IN_CREATE
while True:
    answered = {row["request_id"] for row in rows(outbox)}
    for message in rows(inbox):
        if message["request_id"] not in answered:
            answer(message)
    os.read(watch, 65536)  # Sleeps until something changes. SIGTERM ends it, as it ends any program.
