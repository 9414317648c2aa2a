"""Start of the dispatcher with many resting chats, until it has judged all of them"""
import time

from measuring import process
from measuring.children import now
from peers.ours import Ours


def run(bench):
    if Ours not in bench.peers:
        return
    for chats, starts in bench.chosen(((10_000, 4), (100_000, 3)), ((200, 2),)):
        with bench.judged("wg", chats), bench.supervised(Ours, chats) as (peer, _):
            for number in range(starts):
                began = now()
                peer.start_dispatcher()
                seconds = (now() - began) / 1e9
                figure = "start" if number else "first start"
                bench.add(figure, chats, "wg", seconds, "s")
                if number == starts - 1:
                    time.sleep(3)
                    total = sum(map(process.pss, peer.supervisors()))
                    bench.add("memory", chats, "wg", total / 1024, "kB")
                if len(peer.chats()) != chats:
                    raise AssertionError("not every chat is there")
                peer.stop()
