"""How often a child that fails at once is started in its first minute, delays as shipped"""
import contextlib
import time

from measuring.children import NotDone


def run(bench):
    seconds = bench.chosen(60, 6)
    with contextlib.ExitStack() as stack:
        looping = []
        for kind in bench.rounds(1, 1):
            with bench.judged(kind.name, 1):
                peer, reports = stack.enter_context(
                    bench.supervised(kind, 1, mode="crash", delays=True))
                peer.start()
                looping.append((peer, reports.next(), reports))
        if looping:
            wait_for(looping[-1][1].when / 1e9 + seconds)
        for peer, first, reports in looping:
            with bench.judged(peer.name, 1):
                add_starts(bench, peer, first, reports.drain(), seconds)


def wait_for(moment):
    time.sleep(max(0, moment - time.clock_gettime(time.CLOCK_MONOTONIC)))


def add_starts(bench, peer, first, later, seconds):
    within = [start for start in later if start.when - first.when < seconds * 1e9]
    if not within:
        raise NotDone("the child was never started again")
    bench.add(f"starts in {seconds} s", 1, peer.name, 1 + len(within), "")
