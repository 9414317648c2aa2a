"""A message for a resting chat: from before it is appended to the first instruction of a handler"""
import os
import subprocess
import time

from measuring import programs
from measuring.children import now
from peers.ours import Ours
from peers.project import message


def run(bench):
    chats = bench.chosen(200, 5)
    if Ours in bench.peers:
        with bench.judged("wg", chats), bench.supervised(Ours, chats) as (peer, reports):
            peer.start_dispatcher()
            boxes = [folder / "inbox.jsonl" for folder in peer.folders]
            bench.add("wake", chats, "wg", wake_each(boxes, reports), "ms")
            peer.stop()
    with bench.judged("floor", chats), bench.reports() as reports:
        bench.add("wake", chats, "floor", floor(bench, chats, reports), "ms")


def wake_each(boxes, reports):
    """One message for each, one after the other; milliseconds."""
    times = []
    for number, box in enumerate(boxes):
        row = message(2, "user", "wake up", f"wake-{number}").encode()
        file = os.open(box, os.O_WRONLY | os.O_APPEND)
        began = now()
        os.write(file, row)
        start = reports.next_of(f"c{number}")
        os.close(file)
        times.append((start.when - began) / 1e6)
        time.sleep(0.01)  # So that each finds a dispatcher at rest.
    return times


def floor(bench, chats, reports):
    folder = bench.new_folder()
    boxes = [folder / f"{number}.jsonl" for number in range(chats)]
    for box in boxes:
        box.write_text(message(1, "user", "hello", "hello-1"))
    waker = subprocess.Popen(
        [programs.compiled("waker"), programs.compiled("child"), reports.path, *boxes],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        waker.stdout.readline()
        return wake_each(boxes, reports)
    finally:
        waker.kill()  # And with it its children, which asked for that.
        waker.wait()
        waker.stdout.close()
