#!/usr/bin/env python3
"""An OpenAI-compatible endpoint on a loopback port, for tests, which fails in every way a real one does.

endpoint.py FOLDER [--port N] [--certificate PEM]

It writes its port, any that is free unless one is named, into FOLDER/port, and each request as a line of
JSON into FOLDER/requests. The model that is asked for says how to answer; see the methods of Behaviour. A
word after a colon is its argument: `status:503` answers with that status each time, `recover:2` with 503
twice and then well.
"""
import argparse
import email.utils
import http.server
import json
import os
import re
import ssl
import threading
import time


def event(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f"data: {text}\n\n".encode()


def delta(text, reason=None):
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
    return {"object": "chat.completion.chunk", "choices": [choice]}


def tool_call(name, arguments):
    call = {"index": 0, "id": f"call-{time.monotonic_ns()}", "type": "function",
            "function": {"name": name, "arguments": arguments}}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]}


def text_of(message):
    """The text of a message, which may come in parts."""
    content = message["content"]
    return content if isinstance(content, str) else "".join(p.get("text", "") for p in content)


class Behaviour:
    """One method for each model; `ask` is the request, `web` the handler of the connection."""

    def __init__(self, web, ask, argument):
        self.web, self.ask, self.argument = web, ask, argument
        self.question = ask["messages"][-1]["content"]

    def stream(self, *chunks, close=False):
        self.web.begin(200, "text/event-stream", close=close)
        for chunk in chunks:
            self.web.send(chunk)
        if not close:
            self.web.finish()

    def say(self, text):
        words = [word + " " for word in text.split(" ")]
        words[-1] = words[-1][:-1]
        self.stream(b": a comment\n\n", event(delta("")), *[event(delta(word)) for word in words],
                    event(delta("", "stop")), event({"choices": [], "usage": {"total_tokens": 3}}),
                    event("[DONE]"))

    def echo(self):
        self.say(self.question)

    def messages(self):
        self.say(json.dumps([[m["role"], m["content"]] for m in self.ask["messages"]]))

    def whole(self):
        message = {"choices": [{"message": {"content": self.question}, "finish_reason": "stop"}]}
        self.web.reply(200, json.dumps(message))

    def status(self):
        code = int(self.argument)
        key = self.web.headers.get("Authorization", "nothing")
        self.web.reply(code, json.dumps({"error": {"message": f"no,\n{key}", "code": "because"}}))

    def quota(self):
        error = {"message": "no credit", "code": "insufficient_quota"}
        self.web.reply(429, json.dumps({"error": error}))

    def recover(self):
        if self.web.server.count(self.ask["model"]) <= int(self.argument):
            self.web.reply(503, "try later", {"Retry-After": "0"}, kind="text/plain")
        else:
            self.echo()

    def patience(self):
        """Busy once, with a Retry-After of some seconds, or that date."""
        if self.web.server.count(self.ask["model"]) > 1:
            self.say("after %.1f" % (time.monotonic() - self.web.server.first))
            return
        self.web.server.first = time.monotonic()
        asked = self.argument
        if asked == "date":
            asked = email.utils.formatdate(time.time() + 3, usegmt=True)
        self.web.reply(429, '{"error": "slow down"}', {"Retry-After": asked})

    def cut(self):
        self.stream(event(delta("the first half ")), close=True)

    def nothing(self):
        self.stream(close=True)

    def garbage(self):
        self.stream(event(delta("so far ")), event("{\"choices\": [{"))

    def page(self):
        self.web.reply(200, "<!DOCTYPE html><html>Log in here</html>", kind="text/html")

    def other(self):
        self.web.reply(200, json.dumps({"hello": "world"}))

    def stall(self):
        self.web.begin(200, "text/event-stream")
        for word in self.argument.split(",") if self.argument else []:
            self.web.send(event(delta(word)))
        self.web.server.ended.wait()

    def gate(self):
        """Half an answer, and the rest when FOLDER/gate is there."""
        self.web.begin(200, "text/event-stream")
        self.web.send(event(delta("before ")))
        while not os.path.exists(self.web.server.place("gate")):
            time.sleep(0.02)
        self.web.send(event(delta("after", "stop")) + event("[DONE]"))
        self.web.finish()

    def error(self):
        self.stream(event(delta("well ")), event({"error": {"message": "the GPU is on fire"}}))

    def flood(self):
        self.web.begin(200, "text/event-stream")
        for _ in range(int(self.argument)):
            self.web.send(event(delta("x" * 1023 + "\n")))
        self.web.send(event("[DONE]"))
        self.web.finish()

    def line(self):
        self.stream(b"data: " + b"x" * 10_000_000)

    def elsewhere(self):
        self.web.reply(307, "", {"Location": "/stolen/chat/completions"})

    def tool(self):
        """Uses the tool that the last line names, `call NAME {...}`, and tells what came of it."""
        last = self.ask["messages"][-1]
        wanted = re.search(r"call (\w+) (\{.*\})$", text_of(last))
        if last["role"] == "tool":
            self.say("It says: " + text_of(last))
        elif wanted:
            self.stream(event(delta("I use a tool. ")), event(tool_call(*wanted.groups())),
                        event(delta("", "tool_calls")), event("[DONE]"))
        else:
            self.say("You said: " + text_of(last))

    def short(self):
        self.stream(event(delta("only this", "length")), event("[DONE]"))


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        ask = json.loads(body)
        with open(self.server.place("requests"), "a") as log:
            log.write(json.dumps({"path": self.path, "headers": dict(self.headers), "body": ask}) + "\n")
        name, _, argument = ask["model"].partition(":")
        try:
            getattr(Behaviour(self, ask, argument), name)()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def reply(self, status, text, headers={}, kind="application/json"):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, status, kind, close=False):
        """Chunked; with `close` the end of the connection is the end of the answer."""
        self.is_chunked = not close
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if close:
            self.close_connection = True
            self.send_header("Connection", "close")
        else:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, data):
        if self.is_chunked:
            data = b"%x\r\n%s\r\n" % (len(data), data)
        self.wfile.write(data)
        self.wfile.flush()

    def finish(self):
        if getattr(self, "is_chunked", False):
            self.is_chunked = False
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder, port):
        super().__init__(("127.0.0.1", port), Web)
        self.folder = folder
        self.counts = {}
        self.lock = threading.Lock()
        self.ended = threading.Event()

    def place(self, name):
        return os.path.join(self.folder, name)

    def count(self, name):
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
            return self.counts[name]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="speak TLS with this certificate and key")
    arguments = parser.parse_args()
    server = Server(arguments.folder, arguments.port)
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.place("port")
    with open(port + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(port + ".new", port)
    server.serve_forever()


main()
