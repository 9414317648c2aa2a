#!/usr/bin/env python3
"""`wg tui` in real terminals: every key, every dialog, crashes, and a dispatcher that comes and goes.

    run.py --programs .build/debug

tmux is the terminal; pyte, another one, is fed the same bytes and must show the same.
"""
import argparse
import os
import re
import signal
import sys
import time
from pathlib import Path

from keys import EXPECTED, header
from terminals import DEADLINE, Missed, Project, Tmux, processes, until

SIZES = [(80, 24), (200, 60)]
# Seconds that a key is waited for at first.
PATIENCE = 8


def step(text):
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


def make_garden(project):
    """Three chats that answer, one in the archive, and a long conversation."""
    for name in ["alpha", "beta", "gamma", "old"]:
        project.wg("chat", "create", "--name", name, "--handler", "echo")
    for name in ["alpha", "beta", "gamma"]:
        project.write_talk(name, 300)
    project.wg("service", "start", "--keeper", "no")


def make_storm(project):
    """Four chats whose handlers fail, with messages that wait: nobody is listening."""
    for name in ["storm1", "storm2", "storm3", "storm4"]:
        project.wg("chat", "create", "--name", name, "--handler", "/bin/false")
    project.wg("service", "start", "--keeper", "no")
    for name in ["storm1", "storm2", "storm3", "storm4"]:
        for word in ["a", "b", "c", "d"]:
            project.wg("chat", "send", name, word)


def open_screen(terminal, options=""):
    terminal.command(f"clear; wg tui {options}")
    terminal.wait("wg  garden .* dispatcher running")


def leave(terminal):
    terminal.key("Ctrl-Q")
    terminal.wait(lambda text: not terminal.is_alternate())


def home(terminal):
    """The list, with the first chat chosen, and its conversation read."""
    terminal.key("Home")
    terminal.wait("Enter write")
    terminal.wait("message 300|answer")


def check_keys(terminal, keys):
    table = {(key["context"], key["action"]) for key in keys}
    assert table == set(EXPECTED), f"no expectation for {table ^ set(EXPECTED)}"
    count = 0
    for key in keys:
        expectation = EXPECTED[key["context"], key["action"]]
        if expectation is None:
            continue
        before_keys, is_so, after_keys = expectation
        for name in key["keys"]:
            try:
                check_key(terminal, name, key, before_keys, is_so, after_keys, PATIENCE)
            except Missed as missed:
                # What stood there before was perhaps not drawn yet: once more, from the beginning.
                print(f"again: {missed}", flush=True)
                terminal.key("Esc", "Esc")
                check_key(terminal, name, key, before_keys, is_so, after_keys, DEADLINE)
            count += 1
    step(f"{count} keys do what the table says")


def check_key(terminal, name, key, before_keys, is_so, after_keys, seconds):
    home(terminal)
    for before in before_keys:
        terminal.key(before)
    settle(terminal)
    before = terminal.text(styles=True)
    terminal.key(name)
    try:
        terminal.wait(lambda _: is_so(before, terminal.text(styles=True)), seconds)
    except Missed as missed:
        raise Missed(f"{key['context']}: {name} ({key['action']}): {missed}") from None
    for after in after_keys:
        terminal.key(after)


def settle(terminal):
    """Until the screen does not change any more by what was pressed before."""
    last = None
    for _ in range(100):
        text = terminal.text(styles=True)
        if text == last:
            return
        last = text
        time.sleep(0.05)


def check_dialogs(terminal, project):
    terminal.key("n")
    terminal.type("delta")
    terminal.key("Tab")
    terminal.type("echo")
    terminal.key("Enter")
    terminal.wait("Created chat .*delta")
    terminal.wait(r"│ *\n|delta")
    choose(terminal, "delta")
    terminal.key("r", "Ctrl-U")
    terminal.type("-epsilon")
    terminal.key("Enter")
    terminal.wait("renamed")
    terminal.wait(r"-epsilon  \.chat-")
    talk(terminal, "hello there")
    terminal.key("Ctrl-W", "Enter")
    terminal.wait("archived")
    assert project.chats()["-epsilon"]["state"] == "archived"
    terminal.key("a")
    choose(terminal, "-epsilon")
    terminal.key("u")
    terminal.wait("restored")
    terminal.key("a")
    choose(terminal, "-epsilon")
    terminal.key("Ctrl-W")
    terminal.key("d", "Enter")
    terminal.wait("deleted")
    step("a chat is made, renamed, written to, archived, restored and deleted")


def choose(terminal, name):
    terminal.key("/")
    terminal.type(name)
    terminal.key("Enter")
    terminal.wait(lambda text: header(text) == name)
    terminal.key("/", "Esc")
    terminal.wait("Enter write")


def talk(terminal, text):
    terminal.key("Enter")
    terminal.type(text)
    terminal.key("Enter")
    terminal.wait(rf"answer .*\n(.*│)? *{text}")
    terminal.key("Esc")
    terminal.wait("Enter write")


def check_sizes(terminal):
    for columns, rows in [(200, 60), (44, 12), (120, 30), (39, 24), (80, 9), (80, 24)]:
        terminal.resize(columns, rows)
        is_small = columns < 40 or rows < 10
        terminal.wait("wg needs 40x10" if is_small else r"wg  garden")
        settle(terminal)
        terminal.expect_same_in_pyte()
    step("every size is drawn, and two terminals show the same")


def check_repaint(terminal):
    """What was drawn bit by bit is what is drawn at once."""
    for keys in [["Home"], ["PgUp", "PgUp"], ["F2"], ["Ctrl-W"], ["Esc", "F1"], ["Esc", "F2"],
                 ["Ctrl-End"], ["End"], ["Home"], ["Ctrl-F", "7", "Up"], ["Esc", "Esc"]]:
        terminal.key(*keys)
        settle(terminal)
        until(f"the same is drawn at once after {keys}", lambda: is_drawn_alike(terminal), 20)
    step("differences and whole frames give the same screen, in two terminals")


def is_drawn_alike(terminal):
    """A chat's state may change in between: then it is asked again."""
    before = terminal.expect_same_in_pyte()
    terminal.key("Ctrl-L")
    settle(terminal)
    return terminal.expect_same_in_pyte() == before


def screen_pid(project):
    def find():
        found = processes("wg", str(project.folder.name))
        return [pid for pid, command in found if b"tui" in command]
    return until("the screen runs", find)[0]


def check_exits(terminal, project):
    """However it ends, the terminal is as it was."""
    terminal.command("clear; stty -g > before; stty -a | grep -c echo")
    terminal.wait("%")
    endings = [None, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGSEGV, signal.SIGABRT]
    for ending in endings:
        open_screen(terminal)
        assert terminal.is_alternate()
        if ending is None:
            terminal.key("Ctrl-Q")
        else:
            # In the middle of whatever it draws.
            terminal.key("PgUp", "PgUp", "F2")
            os.kill(screen_pid(project), ending)
        until("the shell is back", lambda: not terminal.is_alternate())
        terminal.command("clear; stty -g > after; cmp before after && echo as it was")
        terminal.wait("as it was\n")
    open_screen(terminal)
    terminal.key("Ctrl-Z")
    terminal.wait("Stopped")
    assert not terminal.is_alternate()
    terminal.command("stty -g > after; cmp before after && echo as it was; fg")
    terminal.wait("wg  garden")
    leave(terminal)
    step(f"the terminal is as it was after {len(endings)} kinds of end, and while it is stopped")


def check_dispatcher(terminal, project):
    open_screen(terminal)
    os.kill(project.dispatcher(), signal.SIGKILL)
    terminal.wait("no dispatcher: messages wait")
    terminal.key("Home", "Enter")
    terminal.type("while nobody listens")
    terminal.key("Enter")
    terminal.wait("no dispatcher runs; the message waits")
    terminal.key("Esc")
    project.wg("service", "start", "--keeper", "no")
    terminal.wait("dispatcher running")
    terminal.wait(r"answer .*\n(.*│)? *while nobody listens")
    step("a dispatcher that was killed is missed, and its successor found")
    return terminal


def check_purge(terminal, project):
    terminal.key("P", "p", "Enter")
    terminal.wait(r"Purged \d+ chats")
    terminal.wait("no chats; n makes one")
    assert all(chat["state"] == "archived" for chat in project.chats().values())
    leave(terminal)
    project.wg("service", "restart")
    assert all(chat["state"] == "archived" for chat in project.chats().values())
    step("all chats are purged, also after a restart")


def check_storm(project, size):
    """The scene that this program was written for."""
    quiet = until("the storm is over", lambda: calm(project), 120)
    step(f"four chats failed {quiet} times in all, and are quiet while nobody listens")
    with Tmux(*size, project.environment, project.root) as terminal:
        open_screen(terminal)
        terminal.wait("storm1")
        choose(terminal, "storm1")
        terminal.key("F2")
        terminal.wait("Because .*")
        terminal.wait("code: 1|parked|fail")
        terminal.key("Ctrl-W", "Enter")
        terminal.wait("archived")
        terminal.wait(lambda text: header(text) != "storm1")
        leave(terminal)
    assert project.chats()["storm1"]["state"] == "archived"
    project.wg("service", "restart")
    started = starts(project, project.chats()["storm1"])
    project.wg("chat", "reset", "storm2")
    until("another chat is decided about", lambda: calm(project), 60)
    chat = project.chats()["storm1"]
    assert chat["state"] == "archived" and starts(project, chat) == started, chat
    step("the screen tells why, retires one for good, and a restart does not bring it back")


def calm(project):
    """How many runs there were, when nothing runs and nothing is tried soon any more."""
    chats = [c for name, c in project.chats().items() if name.startswith("storm")]
    states = {chat["state"] for chat in chats}
    is_calm = states <= {"parked", "resting", "archived"}
    runs = sum(starts(project, chat) for chat in chats)
    assert runs < 4 * 20, f"{runs} runs of four chats"
    return runs if is_calm else None


def starts(project, chat):
    """How often a handler of a chat was started, by the dispatcher's records."""
    events = project.json("events", "--chat", chat["chat_id"], "-n", 0)["events"]
    return sum(row["to"] == "starting" != row["from"] for row in events)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True)
    programs = parser.parse_args().programs.resolve()
    with Project(programs) as storm, Project(programs) as garden:
        make_storm(storm)
        make_garden(garden)
        keys = garden.json("tui", "--keys")["keys"]
        step("two projects are there")
        for size in SIZES:
            garden.wg("chat", "archive", "old")
            with Tmux(*size, garden.environment, garden.root) as terminal:
                open_screen(terminal)
                terminal.wait("message 300")
                check_keys(terminal, keys)
                check_repaint(terminal)
                check_dialogs(terminal, garden)
                if size == SIZES[0]:
                    check_sizes(terminal)
                leave(terminal)
                if size == SIZES[0]:
                    check_exits(terminal, garden)
                else:
                    check_purge(check_dispatcher(terminal, garden), garden)
        check_storm(storm, SIZES[0])
    print(f"All of it passed in {time.monotonic() - BEGAN:.0f} s.")


BEGAN = time.monotonic()
if __name__ == "__main__":
    try:
        main()
    except (Missed, AssertionError) as failure:
        sys.exit(f"failed: {failure}")
