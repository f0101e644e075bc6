"""A program that takes calls: a web server on loopback that notes what it is sent, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.5.1"
PATIENCE = 20.0  # seconds until a silent one answers all the same


@dataclass(frozen=True)
class Taken:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Notes calls. `answers` are statuses by path, 200 where none is named; `silent` paths wait for the release."""

    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    release: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> list[Taken]:
        """Return what came to a path."""
        return [one for one in self.taken if one.path == f"/{path}"]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Take a call."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.taken.append(Taken(request.path, headers, body))
        if request.path in self.silent:
            self.release.wait(PATIENCE)
        request.send_response(self.answers.get(request.path, 200))
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()


@contextmanager
def receiving(host: str = HOST) -> Iterator[Receiver]:
    """Run a program that takes calls."""
    receiver = Receiver()

    class Calls(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Calls)
    receiver.url = f"http://{host}:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
