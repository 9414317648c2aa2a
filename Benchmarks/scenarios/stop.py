"""From the command to stop everything until every child is proven dead by its pidfd"""
from measuring.children import Deaths, now


def run(bench):
    for size, rounds in bench.chosen(((100, 5), (1000, 3)), ((10, 2),)):
        for kind in bench.rounds(rounds, size):
            ways = ("", "purge") if kind.name == "wg" else ("",)
            for way in ways:
                with bench.judged(kind.name, size), bench.supervised(kind, size) as (peer, reports):
                    stop_once(bench, peer, reports, way)


def stop_once(bench, peer, reports, way):
    peer.start()
    starts = reports.collect(peer.work.names(), bench.limit(peer.work.count))
    peer.settle()
    deaths = Deaths(peer.pids(starts).values())
    began = now()
    peer.ways_to_stop()[way]()
    ended = deaths.wait()
    name = f"{peer.name} {way}".strip()
    bench.add("stop", peer.work.count, name, (ended - began) / 1e9, "s")
