"""Faults that a product may have, put there on purpose: each must be found."""

import json

from audit import answers


def lose_answer(folders, ledger):
    outbox = folders[0] / "outbox.jsonl"
    outbox.write_text("".join(outbox.read_text().splitlines(True)[:-1]))


def repeat_answer(folders, ledger):
    change(folders[1], lambda rows: rows + [rows[0] | {"id": rows[-1]["id"] + 1}])


def lose_mark(folders, ledger):
    folder = next(folder for folder in folders if any(map(is_marked, answers(folder))))
    change(folder, lambda rows: [
        {key: row[key] for key in row if key != "redelivered"} for row in rows])


def invent_mark(folders, ledger):
    change(folders[0], lambda rows: [row | {"redelivered": True} for row in rows])


def swap_answers(folders, ledger):
    change(folders[0], lambda rows: [
        row | {"request_id": other["request_id"]}
        for row, other in zip(rows, rows[1::-1] + rows[2:])])


def lose_question(folders, ledger):
    for box in ("inbox.jsonl", "outbox.jsonl"):
        path = folders[0] / box
        path.write_text("".join(path.read_text().splitlines(True)[1:]))


def answer_unasked(folders, ledger):
    change(folders[0], lambda rows: rows + [rows[-1] | {"request_id": "load-0-none"}])


def send_refused(folders, ledger):
    ledger.told.pop(next(iter(ledger.told)))


PLANTED = (
    lose_answer, repeat_answer, lose_mark, invent_mark, swap_answers, lose_question, answer_unasked,
    send_refused)


def is_marked(row):
    return row.get("redelivered", False)


def change(folder, edit):
    text = "".join(json.dumps(row) + "\n" for row in edit(answers(folder)))
    (folder / "outbox.jsonl").write_text(text)


class DescriptorLeak:
    """As if the dispatcher kept some descriptors in each round: those of clients that stay."""

    def __init__(self, crowd):
        self.crowd = crowd
        self.kept = []

    def more(self):
        for _ in range(5):
            client = self.crowd.connect()
            client.sendall(b'{"cmd":"subscribe"}\n')
            self.kept.append(client)

    def end(self):
        for client in self.kept:
            client.close()


class MemoryLeak(DescriptorLeak):
    """As if it kept some memory: the answers to a client that does not read them."""

    def more(self):
        client = self.crowd.connect()
        client.sendall(b'{"cmd":"list_chats"}\n' * 1000)
        self.kept.append(client)


LEAKS = (DescriptorLeak, MemoryLeak)
