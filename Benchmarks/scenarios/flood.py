"""A child that writes as fast as it can: how fast its log takes it, and what that costs"""
import time

from measuring import process


def run(bench):
    megabytes = bench.chosen(128, 4)
    for kind in bench.rounds(bench.chosen(5, 1), 1):
        options = {"mode": "flood", "extra": str(megabytes * 1_000_000), "logs": True}
        with bench.judged(kind.name, 1), bench.supervised(kind, 1, **options) as (peer, reports):
            peer.start()
            began = reports.next()
            before = processor_seconds(peer)
            ended = reports.next_of(began.name, 120)
            spent = settled_processor_seconds(peer) - before
            rate = megabytes / ((ended.when - began.when) / 1e9)
            bench.add("throughput", 1, kind.name, rate, "MB/s", more_is_better=True)
            bench.add(
                "processor time of supervisor and logger", 1, kind.name,
                spent / megabytes * 1000, "ms for each MB")


def processor_seconds(peer):
    return sum(map(process.processor_seconds, peer.supervisors()))


def settled_processor_seconds(peer):
    """When what was written has been taken: until then, a logger goes on working."""
    while True:
        before = processor_seconds(peer)
        time.sleep(0.5)
        if processor_seconds(peer) - before < 0.005:
            return before
