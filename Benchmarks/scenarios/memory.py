"""Memory (PSS) of the supervisor with all its processes, without the children"""
import time

from measuring import process
from measuring.samples import median
from peers.ours import Ours

# Until a supervisor has given back what it needed for the start only.
SECONDS_TO_SETTLE, WHEN_QUICK = 4, 1


def run(bench):
    full = ((1, 3), (100, 3), (1000, 2), (bench.largest(), 1))
    for size, rounds in bench.chosen(full, ((1, 1), (10, 1))):
        for kind in bench.rounds(rounds, size):
            with bench.judged(kind.name, size), bench.supervised(kind, size) as (peer, reports):
                peer.start()
                reports.collect(peer.work.names(), bench.limit(size))
                add_memory(bench, peer, "with running children", size)
                peer.stop()
        if Ours in bench.peers:
            resting(bench, size)
    each_further(bench)


def resting(bench, size):
    """Chats that nobody wants anything of have no process; their cost is all the dispatcher's."""
    with bench.judged("wg", size), bench.supervised(Ours, size) as (peer, reports):
        peer.start_dispatcher()
        if {chat["state"] for chat in peer.chats()} != {"resting"}:
            raise AssertionError("not every chat rests")
        add_memory(bench, peer, "with resting chats", size)
        peer.stop()


def add_memory(bench, peer, figure, size):
    time.sleep(bench.chosen(SECONDS_TO_SETTLE, WHEN_QUICK))
    total = sum(process.pss(pid) for pid in peer.supervisors())
    bench.add(figure, size, peer.name, total / 1024, "kB")


def each_further(bench):
    """What a child adds: the difference to one child, shared by the others."""
    series = list(bench.results.series.values())
    alone = {(one.figure, one.peer): median(one.samples) for one in series if one.size == 1}
    for one in series:
        if one.size > 1 and (one.figure, one.peer) in alone:
            more = median(one.samples) - alone[one.figure, one.peer]
            bench.add(
                f"each further, {one.figure}", one.size, one.peer, more / (one.size - 1), "kB")
