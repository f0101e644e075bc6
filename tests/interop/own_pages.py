"""A small web server for the tests' own pages: a site that takes pings, and pages elsewhere that link to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from linkback.core.protocols import pingback

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body><article>{body}</article></body></html>
"""
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """What is answered at a path."""

    body: bytes
    status: int = 200
    headers: Headers = ()


def page(body: str, *, title: str = "A page", head: str = "", status: int = 200, headers: Headers = ()) -> Answer:
    """Return an answer that is an HTML page; without a title when that is empty."""
    text = PAGE.format(title=title, head=head, body=body)
    text = text if title else text.replace("<title></title>", "")
    return Answer(text.encode(), status, (("Content-Type", "text/html; charset=utf-8"), *headers))


def by_header(endpoint: str, title: str = "A page") -> Answer:
    """Return a page that takes pings and says so in its header."""
    header, _ = pingback.advertise(endpoint, "")
    return page("<p>Here is something to link to.</p>", title=title, headers=(header,))


def by_link(endpoint: str, title: str = "A page") -> Answer:
    """Return a page that takes pings and says so by an element only."""
    _, element = pingback.advertise(endpoint, "")
    return page("<p>Here is something to link to.</p>", title=title, head=element)


NOTHING = page("<p>There is nothing here.</p>", title="Not found", status=404)


@dataclass
class Pages:
    """Pages by path, with their query; for_wordpress are those that WordPress alone gets to see."""

    url: str = ""
    at: dict[str, Answer] = field(default_factory=dict)
    for_wordpress: dict[str, Answer] = field(default_factory=dict)

    def put(self, path: str, answer: Answer) -> str:
        """Put a page at a path without its first slash, and return its address."""
        self.at[f"/{path}"] = answer
        return self.url + path

    def answer(self, path: str, agent: str) -> Answer:
        """Return what is answered to a program."""
        chosen = self.for_wordpress if agent.startswith("WordPress/") and path in self.for_wordpress else self.at
        return chosen.get(path, NOTHING)


@contextmanager
def serving(address: str) -> Iterator[Pages]:
    """Serve pages at an address of the loopback network, on a free port."""
    pages = Pages()

    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            answer = pages.answer(self.path, self.headers.get("User-Agent", ""))
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(answer.body)

        do_HEAD = do_GET  # noqa: N815  # the base class asks for it by this name

        def log_message(self, *_: object) -> None:
            """Say nothing of requests."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that went away."""

    server = Server((address, 0), Page)
    pages.url = f"http://{address}:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
