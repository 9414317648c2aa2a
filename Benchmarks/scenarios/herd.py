"""All children killed at once: from the first kill until the last of them runs again, delays off"""
import os
import signal

from measuring.children import now


def run(bench):
    for size, rounds in bench.chosen(((100, 5), (1000, 3)), ((10, 2),)):
        for kind in bench.rounds(rounds, size):
            with bench.judged(kind.name, size), bench.supervised(kind, size) as (peer, reports):
                peer.start()
                starts = reports.collect(peer.work.names(), bench.limit(size))
                peer.settle()
                reports.drain()
                pids = peer.pids(starts)
                began = now()
                for pid in pids.values():
                    os.kill(pid, signal.SIGKILL)
                again = reports.collect(peer.work.names(), 120)
                if set(peer.pids(again).values()) & set(pids.values()):
                    raise AssertionError("a pid came again")
                last = max(start.when for start in again.values())
                bench.add("all back", size, kind.name, (last - began) / 1e9, "s")
                peer.stop()
