"""What must be so after the next start, whatever died and when."""

import json
import time

from world import PATIENCE, Hang


def settle(world):
    """Starts a dispatcher that nobody hurts, and waits until it has nothing to do."""
    (world.wg_folder / "service" / "daemon.log").unlink(missing_ok=True)
    world.start()
    if not world.until(world.is_ready, "ready after a crash"):
        raise Hang("the next dispatcher does not start: " + output(world))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        chats = chats_of(world)
        if all(is_quiet(chat) for chat in chats):
            return chats
        time.sleep(0.02)
    raise Hang(f"no rest after a crash: {chats}")


def output(world):
    return (world.folder / "dispatcher.out").read_text(errors="replace")[-400:]


def chats_of(world):
    return world.json("chat", "list", "--all")["chats"]


def is_quiet(chat):
    """The messages of a chat that is archived or down wait for ever."""
    if chat["state"] in ("archived", "down"):
        return chat["pid"] is None
    return chat["pending"] == 0 and chat["state"] in ("resting", "running")


def problems(world, told):
    """The invariants of the design that can be seen from outside."""
    found = twins(world)
    chats = {chat["chat_id"]: chat for chat in settle(world)}
    found += twins(world) + lost(world, told) + risen(world, told, chats)
    found += broken_files(world) + undecided(world)
    return found


def unrecorded(world, told):
    """Whoever was answered finds on record what was decided, although nobody lives who decided it."""
    log = world.wg_folder / "service" / "decisions.jsonl"
    lines = log.read_bytes().split(b"\n") if log.exists() else []
    known = {row["chat_id"] for row in map(parsed, lines) if row and row["to"] == "archived"}
    return [f"no decision says that chat {chat} is archived" for chat in told.recorded - known]


def twins(world):
    return [
        f"chat {chat} has {len(pids)} handlers" for chat, pids in world.handlers().items()
        if len(pids) > 1]


def lost(world, told):
    """Every message that somebody was told is sent has one answer, in order."""
    found = []
    for chat, texts in told.sent.items():
        if chat in told.archived | told.down:
            continue
        wanted = [text for text in texts if not is_archived(world, chat)]
        rows = rows_of(world, chat, "outbox.jsonl")
        answers = [row["content"] for row in rows if row["role"] != "system-error"]
        got = [answer for answer in answers if answer in wanted]
        if got != wanted:
            found.append(f"chat {chat}: sent {wanted}, answered {got}")
    return found


def is_archived(world, chat):
    return (world.wg_folder / "service" / "tombstones" / f"chat-{chat}.json").exists()


def rows_of(world, chat, name):
    sessions = json.loads((world.wg_folder / "chat" / "sessions.json").read_text())
    text = json.dumps(sessions)
    folders = [
        folder for folder in (world.wg_folder / "chat").iterdir()
        if folder.is_dir() and folder.name in text and owner(folder) == chat]
    lines = [
        line for folder in folders if (folder / name).exists()
        for line in (folder / name).read_bytes().split(b"\n")]
    return [row for row in map(parsed, lines) if row]


def parsed(line):
    """A row, or nothing: what is torn stays where it is, and is passed over by every reader."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def owner(folder):
    """The chat that its messages name."""
    inbox = folder / "inbox.jsonl"
    lines = inbox.read_bytes().split(b"\n") if inbox.exists() else []
    for row in filter(None, map(parsed, lines)):
        content = row.get("content", "")
        if content.startswith("to "):
            return int(content[3:].split(":")[0])
    return None


def risen(world, told, chats):
    """What was acknowledged as archived stays dead, whoever writes to it."""
    found = []
    for chat in sorted(told.archived):
        if chats.get(chat, {}).get("state") != "archived":
            found.append(f"chat {chat} was archived and is {chats.get(chat, {}).get('state')}")
        world.wg("chat", "send", str(chat), f"to {chat}: wake up")
    world.wg("service", "reload")
    alive = world.handlers()
    found += [f"chat {chat} has a handler again" for chat in told.archived if chat in alive]
    found += [
        f"chat {chat} was restored and is archived" for chat in told.restored
        if chats.get(chat, {}).get("state") == "archived"]
    found += [
        f"chat {chat} was stopped and is {chats.get(chat, {}).get('state')}" for chat in told.down
        if chats.get(chat, {}).get("state") != "down"]
    # Whoever has a tombstone is dead, whether or not anybody was told.
    found += [
        f"chat {number} is archived and alive" for number, chat in chats.items()
        if chat["state"] == "archived" and number in alive]
    return found


def broken_files(world):
    found = [f"set aside: {path.name}" for path in world.wg_folder.rglob("*.corrupt-*")]
    rows = [json.loads(line) for line in (world.wg_folder / "graph.jsonl").read_text().splitlines()]
    ids = [row["id"] for row in rows]
    if len(ids) != len(set(ids)):
        found.append(f"a row stands twice in the graph: {ids}")
    if not any(row["id"] == "somebody-elses" and row.get("x") == [1, {"y": None}] for row in rows):
        found.append("another program's row was changed")
    for path in world.wg_folder.rglob("*.json"):
        json.loads(path.read_text())
    return found


def undecided(world):
    """Each recorded decision comes out the same when it is made again."""
    found = []
    for chat in chats_of(world):
        done = world.wg("why", str(chat["chat_id"]), "--verify")
        if done.returncode != 0:
            found.append(f"why --verify: {(done.stdout + done.stderr).strip()[-300:]}")
    return found
