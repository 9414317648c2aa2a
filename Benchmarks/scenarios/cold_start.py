"""From the start of the supervisor until the last of its children has begun to run"""
from measuring.children import now


def run(bench):
    full = ((1, 5), (100, 7), (1000, 5), (bench.largest(), 1))
    for size, rounds in bench.chosen(full, ((10, 2),)):
        for kind in bench.rounds(rounds, size):
            with bench.judged(kind.name, size), bench.supervised(kind, size) as (peer, reports):
                began = now()
                peer.start()
                starts = reports.collect(peer.work.names(), bench.limit(size))
                last = max(start.when for start in starts.values())
                bench.add("cold start", size, kind.name, (last - began) / 1e9, "s")
                peer.stop()
