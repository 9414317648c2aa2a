"""What each chat costs while nobody wants anything of it: start, memory and idleness of 1 to 100,000"""
import contextlib
import time

from measuring import process
from measuring.children import NotDone, now
from peers.ours import Ours, OursBuiltIn


def run(bench):
    """All of them at once while they rest, so that an hour is not spent with waiting."""
    if Ours not in bench.peers:
        return
    sizes = bench.chosen((1, 10, 100, 1_000, 10_000, 100_000), (1, 10, 50, 200, 500))
    seconds, settling = bench.chosen(60, 5), bench.chosen(15, 4)
    with contextlib.ExitStack() as stack:
        resting = []
        for size in sizes:
            with bench.judged("wg", size):
                peer, _ = stack.enter_context(bench.supervised(OursBuiltIn, size))
                measure_starts(bench, peer, bench.chosen(5, 2))
                resting.append(peer)
        time.sleep(settling)
        for peer in resting:
            memory = sum(map(process.pss, peer.supervisors()))
            bench.add("memory", peer.work.count, "wg", memory / 1024, "kB")
        measure_rest(bench, resting, seconds)
        for peer in resting:
            peer.stop()


def measure_starts(bench, peer, starts):
    """The first one writes what the others find; the last one stays."""
    size = peer.work.count
    for number in range(starts):
        if number:
            peer.stop()
        began = now()
        peer.start_dispatcher()
        bench.add("start" if number else "first start", size, "wg", (now() - began) / 1e6, "ms")
        if [chat["state"] for chat in peer.chats()] != ["resting"] * size:
            raise NotDone("not every chat rests")


def measure_rest(bench, resting, seconds):
    before = [process.counts(peer.supervisors()) for peer in resting]
    time.sleep(seconds)
    for peer, (switches, spent) in zip(resting, before):
        after = process.counts(peer.supervisors())
        size, scale = peer.work.count, 60 / seconds
        bench.add(
            "context switches a minute", size, "wg", (after[0] - switches) * scale, "")
        bench.add(
            "processor time a minute", size, "wg", (after[1] - spent) * scale * 1000, "ms")
