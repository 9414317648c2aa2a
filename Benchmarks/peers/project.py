"""A project of wg with many chats, written as `wg chat create` writes them, but all at once."""
import datetime
import json
import uuid

STAMP = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc).isoformat()


def write_chats(folder, count, command=None, has_history=True):
    """Gives the folders of the chats, by number. `command` gives what answers in the chat of a
    number; without it that is `wg-handler echo`. With a history each has one message, answered."""
    sessions, rows, folders = {}, [], []
    for number in range(count):
        session = str(uuid.UUID(int=number + 1, version=4))
        sessions[session] = {
            "kind": "coordinator", "created": STAMP,
            "aliases": [f"chat-{number}", f"coordinator-{number}", str(number)]}
        rows.append(task(number, str(folder), command))
        chat = folder / ".wg/chat" / session
        chat.mkdir(parents=True)
        folders.append(chat)
        if has_history:
            for box, role in (("inbox", "user"), ("outbox", "coordinator")):
                (chat / f"{box}.jsonl").write_text(message(1, role, "hello", f"chat-{number}-1"))
    (folder / ".wg/graph.jsonl").write_text("".join(rows))
    (folder / ".wg/chat/sessions.json").write_text(
        json.dumps({"version": 1, "sessions": sessions}, indent=2))
    return folders


def task(number, working_folder, command):
    row = {
        "kind": "task", "id": f".chat-{number}", "title": f"Chat {number}",
        "description": f"Chat {number} of a benchmark.", "status": "in-progress", "priority": 50,
        "tags": ["chat-loop"], "created_at": STAMP, "started_at": STAMP,
        "last_interaction_at": STAMP, "log": [], "working_dir": working_folder,
        "cycle_config": {"max_iterations": 0, "no_converge": True}}
    if command is None:
        row |= {"executor_preset_name": "echo"}
    else:
        row |= {"executor_preset_name": "exec", "command_argv": command(number)}
    return json.dumps(row) + "\n"


def message(number, role, content, request):
    return json.dumps({
        "id": number, "timestamp": STAMP, "role": role, "content": content,
        "request_id": request}) + "\n"
