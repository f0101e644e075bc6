"""Two real WordPress blogs on loopback, brought up and driven by wordpress-rig.sh."""

import base64
import fcntl
import json
import os
import re
import socket
import subprocess
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, cast

SCRIPT = Path(__file__).with_name("wordpress-rig.sh")
BRING_UP_WITHIN = 560  # seconds; on a bare machine packages are fetched first, and another apt may hold the lock
ANSWERS_WITHIN = 60  # seconds; any other order takes well under two
WORKERS = "4"  # a blog that pings itself or the other needs two at once
ADDRESSES = ("127.0.1.11", "127.0.1.12")
SIGNED_IN = ("admin", "rig-secret")
# Whoever ends the run, and however, the blogs end with it.
WATCH = 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; [ ! -f "$3/rig.env" ] || "$2" down "$3" --purge'
# A request as the web server logs it: method, path and the program that sent it.
LOGGED = re.compile(r'^\S+ \S+ (\S+) "(\S+) (\S+) [^"]*" (\d+) .* "([^"]*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Post:
    """A post that was published."""

    id: int
    url: str


@dataclass(frozen=True)
class Blog:
    """One of the blogs; letter is a or b."""

    rig: "Rig"
    letter: str

    @property
    def host(self) -> str:
        return self.rig.hosts["ab".index(self.letter)]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.rig.port}/"

    @property
    def endpoint(self) -> str:
        return f"{self.url}xmlrpc.php"

    def driver(self, *words: str, within: float = ANSWERS_WITHIN) -> Any:
        """Give an order to the blog's command-line driver and return what it answers."""
        return json.loads(self.rig.order("wp", self.letter, *words, within=within))

    def php(self, code: str, **given: Any) -> Any:
        """Run PHP inside WordPress, with $given, and return what it returns."""
        packed = base64.b64encode(json.dumps(given).encode()).decode()
        return self.driver("eval", f"$given = json_decode(base64_decode('{packed}'), true); {code}")

    def call(self, method: str, *words: Any) -> Any:
        """Call a method of the blog's XML-RPC server, as any program may."""
        with xmlrpc.client.ServerProxy(self.endpoint) as server:
            return getattr(server, method)(*words)

    def publish(self, title: str, html: str, **more: str) -> Post:
        """Publish a post as writing programs do; its pings wait for the blog's clock."""
        content = {"post_status": "publish", "post_title": title, "post_content": html, **more}
        number = str(self.call("wp.newPost", 1, *SIGNED_IN, content))
        return Post(int(number), str(self.call("wp.getPost", 1, *SIGNED_IN, number)["link"]))

    def edit(self, post: Post, html: str) -> None:
        """Change what a post says; its pings wait for the blog's clock."""
        assert self.call("wp.editPost", 1, *SIGNED_IN, str(post.id), {"post_content": html})

    def run_clock(self) -> None:
        """Ask the blog to do what is due, as a visitor of it does; it goes on when this has returned."""
        connection = HTTPConnection(self.host, self.rig.port, timeout=ANSWERS_WITHIN)
        connection.request("GET", "/wp-cron.php")
        connection.getresponse().read()
        connection.close()

    def send_pings(self) -> None:
        """Let the blog send its pings now, and wait until it has."""
        self.driver("do-pings")

    def pinged(self, post: Post) -> list[str]:
        """Return the links of a post that the blog counts as told."""
        return str(self.driver("get", str(post.id))["pinged"]).split()

    def queue(self, post: Post | None = None) -> list[dict[str, str]]:
        """Return the pingbacks the blog has, oldest first; approved is 0 while they wait for its owner."""
        rows = cast(list[dict[str, str]], self.driver("comments", *([str(post.id)] if post else [])))
        return [row for row in rows if row["comment_type"] == "pingback"]

    def calls_by(self, program: str) -> int:
        """Return how many calls of its XML-RPC server the blog has logged by programs whose name begins so."""
        found = LOGGED.findall((self.rig.folder / "log" / "access.log").read_text())
        mine = [agent for host, _, path, _, agent in found if host == self.host and path == "/xmlrpc.php"]
        return sum(agent.startswith(program) for agent in mine)


@dataclass(frozen=True)
class Rig:
    """The blogs' programs and files, all in one folder."""

    folder: Path
    hosts: tuple[str, str]
    port: int

    @property
    def a(self) -> Blog:
        return Blog(self, "a")

    @property
    def b(self) -> Blog:
        return Blog(self, "b")

    def order(self, verb: str, *words: str, within: float = ANSWERS_WITHIN) -> str:
        """Run the script and return what it prints."""
        with (self.folder / "orders.log").open("a+") as log:
            done = subprocess.run(
                [SCRIPT, verb, self.folder, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                timeout=within,
            )
            log.seek(0)
            assert done.returncode == 0, f"{verb} {words[:2]}: {log.read()[-2000:]}"
        return done.stdout

    def up(self, *, stock: bool) -> None:
        """Have both blogs run, as shipped or with their brakes off, without any post or ping of before."""
        if self._brakes() != stock:
            where = (*_pairs("--host", self.hosts), *_pairs("--ip", ADDRESSES), "--port", str(self.port))
            with _hosts_file():
                self.order("up", *where, "--workers", WORKERS, "--stock", str(int(stock)), within=BRING_UP_WITHIN)
        self.order("reset")

    def started(self) -> None:
        """Have both blogs run, in whatever way."""
        if self._brakes() is None:
            self.up(stock=True)

    def _brakes(self) -> bool | None:
        """Tell whether the blogs run with their brakes on; None when they do not run."""
        if not (self.folder / "run" / "nginx.pid").exists():
            return None
        return "NO_FLOOD=0" in (self.folder / "rig.env").read_text().split()

    def down(self) -> None:
        """Stop everything and delete the folder."""
        with _hosts_file():
            subprocess.run([SCRIPT, "down", self.folder, "--purge"], check=True, capture_output=True, timeout=60)

    def sent(self) -> list[str]:
        """Return the requests that both blogs sent: method, address, arrow, what came back."""
        lines = (self.folder / "log" / "http-out.log").read_text().splitlines()
        return [line.partition(" ")[2] for line in lines]


@contextmanager
def a_rig(folder: Path) -> Iterator[Rig]:
    """Prepare a rig with names and a port of its own, and take down at the end whatever became of it."""
    hosts = (f"linkback-a-{os.getpid()}.test", f"linkback-b-{os.getpid()}.test")
    rig = Rig(folder, hosts, _free_port())
    words = ["sh", "-c", WATCH, "watch", str(os.getpid()), str(SCRIPT), str(folder)]
    watch = subprocess.Popen(
        words, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield rig
    finally:
        rig.down()
        watch.terminate()
        watch.wait()


def age_pings(blog: Blog) -> None:
    """Make all pings that a blog has an hour older, so that its clock of 15 seconds lets the next one in."""
    older = "comment_date_gmt = comment_date_gmt - INTERVAL 1 HOUR, comment_date = comment_date - INTERVAL 1 HOUR"
    blog.php(f'global $wpdb; return $wpdb->query("UPDATE $wpdb->comments SET {older}");')


READER = """
    include_once ABSPATH . WPINC . '/class-IXR.php';
    include_once ABSPATH . WPINC . '/class-wp-http-ixr-client.php';
"""
ASKED = """
    $client = new WP_HTTP_IXR_Client($given['endpoint']);
    $client->query($given['method'], ...$given['words']);
    return $client->isError() ? [$client->getErrorCode(), $client->getErrorMessage()] : $client->getResponse();
"""
TOLD = """
    $headers = ['Content-Type' => 'text/xml'];
    $answer = wp_remote_post($given['endpoint'], ['headers' => $headers, 'body' => $given['body']]);
    $message = new IXR_Message(wp_remote_retrieve_body($answer));
    $message->parse();
    return [$message->faultCode, $message->faultString];
"""


def ask(blog: Blog, endpoint: str, method: str, *words: str) -> Any:
    """Let WordPress's own client call a method of a server, and return the value, or [code, sentence] of a fault."""
    return blog.php(READER + ASKED, endpoint=endpoint, method=method, words=words)


def tell(blog: Blog, endpoint: str, body: bytes) -> Any:
    """Let WordPress send a body that its client would not make, and return [code, sentence] of the fault it reads."""
    return blog.php(READER + TOLD, endpoint=endpoint, body=body.decode())


@contextmanager
def _hosts_file() -> Iterator[None]:
    """Let one rig at a time write its names into the machine's list."""
    with Path("/etc/hosts").open() as hosts:
        fcntl.flock(hosts, fcntl.LOCK_EX)
        yield


def _pairs(option: str, values: tuple[str, str]) -> tuple[str, ...]:
    return (f"{option}-a", values[0], f"{option}-b", values[1])


def _free_port() -> int:
    with socket.socket() as one, socket.socket() as other:
        one.bind((ADDRESSES[0], 0))
        port: int = one.getsockname()[1]
        other.bind((ADDRESSES[1], port))
        return port
