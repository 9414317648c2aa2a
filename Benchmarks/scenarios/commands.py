"""Commands, from their start to their end"""
import contextlib
import os

from measuring import programs
from measuring.children import NotDone, now


def run(bench):
    size, times = bench.chosen(100, 5), bench.chosen(100, 3)
    with contextlib.ExitStack() as stack:
        commands = []
        for kind in bench.rounds(1, size):
            if kind.name == "floor":
                commands.append(("nothing", kind.name, [programs.compiled("nothing")], None))
                continue
            with bench.judged(kind.name, size):
                peer, reports = stack.enter_context(bench.supervised(kind, size))
                peer.start()
                reports.collect(peer.work.names(), bench.limit(size))
                commands += commands_of(peer)
        for _ in range(times):
            for figure, name, command, environment in commands:
                with bench.judged(name, size):
                    bench.add(figure, size, name, time_of(command, environment), "ms")


def commands_of(peer):
    if peer.name == "wg":
        yield "version", peer.name, [peer.programs / "wg", "--version"], peer.environment()
    if command := peer.status_command():
        yield "status of all children", peer.name, command, peer.environment()


def time_of(command, environment):
    """Milliseconds, without a shell and without Python's own way to start a process."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_WRONLY, 0) for number in (1, 2)]
    began = now()
    pid = os.posix_spawnp(
        command[0], list(map(str, command)), environment or os.environ, file_actions=quiet)
    _, status = os.waitpid(pid, 0)
    ended = now()
    if status != 0:
        raise NotDone(f"{' '.join(map(str, command))} ended with {status}")
    return (ended - began) / 1e6
