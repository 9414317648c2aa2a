"""What a supervisor does while nothing happens: context switches and processor time in a minute"""
import contextlib
import time

from measuring import process
from measuring.children import NotDone
from peers.ours import Ours, OursWithResting


def run(bench):
    size = bench.chosen(100, 5)
    seconds, settling = bench.chosen(60, 5), bench.chosen(15, 4)
    kinds = bench.peers + ([OursWithResting] if Ours in bench.peers else [])
    with contextlib.ExitStack() as stack:
        resting = []
        for kind in bench.rounds(1, size, kinds):
            with bench.judged(kind.name, size):
                peer, reports = stack.enter_context(bench.supervised(kind, size, delays=True))
                peer.start()
                reports.collect(peer.work.names(), bench.limit(size))
                resting.append((peer, reports))
        time.sleep(settling)
        before = [process.counts(peer.supervisors()) for peer, _ in resting]
        time.sleep(seconds)
        for (peer, reports), counted in zip(resting, before):
            with bench.judged(peer.name, size):
                add_difference(bench, peer, reports, counted, 60 / seconds)


def add_difference(bench, peer, reports, before, scale):
    if reports.drain():
        raise NotDone("a child was started anew")
    counted = process.counts(peer.supervisors())
    switches, seconds = (after - was for after, was in zip(counted, before))
    size = peer.work.count
    bench.add("context switches a minute", size, peer.name, switches * scale, "")
    bench.add("processor time a minute", size, peer.name, seconds * scale * 1000, "ms")
