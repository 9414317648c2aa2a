"""A conversation of 100 MB, and a graph of 100 MB: starting, sending, listing"""
from measuring.children import now
from peers.echo import Echo
from peers.ours import Ours
from peers.project import message, task


def run(bench):
    if Ours not in bench.peers:
        return
    size, times = bench.chosen(100_000_000, 1_000_000), bench.chosen(5, 2)
    for what, grow in (("conversation", grow_conversation), ("graph", grow_graph)):
        with bench.judged("wg", size), bench.supervised(Echo, 1) as (peer, _):
            grow(peer, size)
            timed(bench, f"{what}: first start", size, peer.start_dispatcher)
            for _ in range(times):
                timed(bench, f"{what}: send, and have the answer", size,
                      lambda: peer.wg("chat", "send", "0", "hello", "--wait"))
                timed(bench, f"{what}: wg chat list", size, peer.chats)
            timed(bench, f"{what}: wg chat create", size,
                  lambda: peer.wg("chat", "create", "--name", "new", "--handler", "echo"))
            for _ in range(times):
                peer.stop()
                timed(bench, f"{what}: start", size, peer.start_dispatcher)
            peer.stop()


def timed(bench, figure, size, work):
    began = now()
    work()
    bench.add(figure, size, "wg", (now() - began) / 1e6, "ms")


def grow_conversation(peer, size):
    """Messages that were all answered, half of the bytes in each file."""
    words = "a message of some words " * 4
    for box, role in (("inbox", "user"), ("outbox", "coordinator")):
        path = peer.folders[0] / f"{box}.jsonl"
        with open(path, "w", encoding="utf-8") as file:
            number = 0
            while file.tell() < size // 2:
                file.writelines(
                    message(number + more, role, words, f"old-{number + more}")
                    for more in range(1, 1001))
                number += 1000


def grow_graph(peer, size):
    """Tasks that are no chats, as the other parts of the existing program make them."""
    row = task(0, str(peer.place), None).replace(".chat-0", "task-%d").replace("chat-loop", "work")
    with open(peer.place / ".wg/graph.jsonl", "a", encoding="utf-8") as file:
        for number in range(size // len(row)):
            file.write(row.replace("%d", str(number), 1))
