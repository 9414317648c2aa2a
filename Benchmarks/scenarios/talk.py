"""Messages and their answers, with chats that all talk at once; the handler is `wg-handler echo`"""
import subprocess

from measuring import programs
from measuring.children import NotDone, now
from peers.echo import Echo
from peers.ours import Ours


def run(bench):
    if Ours not in bench.peers:
        return
    for chats, messages in bench.chosen(((1, 1000), (100, 100), (1000, 10)), ((1, 10), (5, 4))):
        for _ in range(bench.chosen(3, 1)):
            with bench.judged("wg", chats), bench.supervised(Echo, chats) as (peer, _):
                peer.start()
                wait_until_running(peer)
                began = now()
                times = talk(peer.folders, messages)
                seconds = (now() - began) / 1e9
                bench.add("answer to a message", chats, "wg", times, "ms")
                bench.add("answers a second", chats, "wg", len(times) / seconds, "",
                          more_is_better=True)
                peer.stop()
    from_rest(bench, bench.chosen(100, 3))


def from_rest(bench, messages):
    """Each message finds a chat whose handler has ended: it is started, answers, and ends."""
    with bench.judged("wg", 1), bench.supervised(Echo, 1, extra="1ms") as (peer, _):
        peer.start_dispatcher()
        for _ in range(messages):
            times = talk(peer.folders, 1)
            bench.add("answer to a message of a resting chat", 1, "wg", times, "ms")
            wait_until_resting(peer)
        peer.stop()


def wait_until_running(peer, looks=3000):
    for _ in range(looks):
        if len(peer.running()) == peer.work.count:
            return
    raise NotDone("not all handlers run")


def wait_until_resting(peer, looks=3000):
    for _ in range(looks):
        if {chat["state"] for chat in peer.chats()} == {"resting"}:
            return
    raise NotDone("the chat does not come to rest")


def talk(folders, messages):
    """Milliseconds for each message."""
    done = subprocess.run(
        [programs.compiled("talk"), str(messages), *folders], capture_output=True, text=True,
        timeout=300)
    if done.returncode != 0:
        raise NotDone(f"talk ended with {done.returncode} {done.stderr}")
    return [int(line) / 1e6 for line in done.stdout.split()]
