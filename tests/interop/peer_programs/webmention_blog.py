"""A blog that takes and sends webmentions by the package `webmentions`, on an address of the loopback network.

Run by the peers' own Python, never imported. Prints where it listens. A path that was PUT is a page; GET
/webmentions?resource=URL&direction=in tells what was taken, as the package has it; POST /tell with source=URL
has it send what that page links to.
"""

import sys

from flask import Flask, Response, request
from webmentions import WebmentionDirection, WebmentionsHandler
from webmentions.server.adapters.flask import bind_webmentions
from webmentions.storage import WebmentionsStorage
from werkzeug.serving import make_server

Pair = tuple[str, str, WebmentionDirection]


class Kept(WebmentionsStorage):
    """Mentions in memory."""

    def __init__(self) -> None:
        self.mentions: dict[Pair, object] = {}

    def store_webmention(self, mention):  # type: ignore[no-untyped-def]  # as the package has it
        self.mentions[mention.source, mention.target, mention.direction] = mention

    def delete_webmention(self, source, target, direction):  # type: ignore[no-untyped-def]  # as the package has it
        self.mentions.pop((source, target, direction), None)

    def retrieve_webmentions(self, resource, direction):  # type: ignore[no-untyped-def]  # as the package has it
        side = 1 if direction is WebmentionDirection.IN else 0
        return [mention for pair, mention in self.mentions.items() if pair[2] is direction and pair[side] == resource]


def build(base: str) -> Flask:
    """Return the blog."""
    blog = Flask(__name__)
    handler = WebmentionsHandler(storage=Kept(), base_url=base, ssrf_protection=False)
    pages: dict[str, bytes] = {}

    @blog.put("/<path:path>")
    def put(path: str) -> str:
        pages[path] = request.get_data()
        return "kept\n"

    @blog.get("/<path:path>")
    def get(path: str) -> Response:
        return Response(pages.get(path, b"nothing"), 200 if path in pages else 404, content_type="text/html")

    @blog.post("/tell")
    def tell() -> str:
        handler.process_outgoing_webmentions(request.form["source"])
        return "told\n"

    bind_webmentions(blog, handler)
    return blog


def main() -> None:
    """Serve until killed."""
    blog = Flask(__name__)
    server = make_server(sys.argv[1], 0, blog, threaded=True)
    base = f"http://{sys.argv[1]}:{server.server_port}/"
    server.app = build(base)
    print(base, flush=True)  # noqa: T201 - whoever started us reads it
    server.serve_forever()


if __name__ == "__main__":
    main()
