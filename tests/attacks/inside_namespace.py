"""Run inside of a network namespace of its own: try every way to a private address, and report who was reached.

Prints one JSON document: whether the listeners work at all, what became of each attempt at the door, how often
each way of the product led to it, and which listeners saw a connection.
"""

import asyncio
import json
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvloop

from linkback.core.errors import FetchError
from linkback.core.model import Request
from linkback.fetch import Door, DoorSettings, get
from tests.attacks.every_way import NAMED, OWNER, STRANGER, walk

WORLD: Any = runpy.run_path(str(Path(__file__).parent / "conftest.py"))["world"]
PUBLIC = "93.184.215.14"
PRIVATE = """
10.0.0.1 127.0.0.1 127.0.0.53 169.254.169.254 192.168.1.1 172.16.0.1 100.64.0.1 100.100.100.200 168.63.129.16
192.0.0.192 198.18.0.1 192.88.99.1 240.0.0.1 ::1 fd00:ec2::254 fec0::1 2002:a00:1::1 2001:db8::1 64:ff9b::a00:1
""".split()  # noqa: SIM905 -- a table of fifty words reads better than a list of them
PORTS = (80, 443, 8080, 8443)

NUMBERS = """
127.0.0.1 127.1 127.0.1 0x7f.0.0.1 0x7f000001 0177.0.0.1 017700000001 2130706433 127.0.0.1. 127.000.000.001 0 0.0.0.0
10.0.1 0xa.1 167772161 012.0.0.1 169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376 192.168.257 172.16.1
100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 198.18.0.1 192.88.99.1 240.0.0.1 255.255.255.255 224.0.0.1
[::] [::1] [0:0:0:0:0:0:0:1] [::ffff:10.0.0.1] [::ffff:a00:1] [::10.0.0.1] [::ffff:0:10.0.0.1] [64:ff9b::a00:1]
[64:ff9b:1::a00:1] [2002:a00:1::1] [2001:0:a00:1::1] [fd00:ec2::254] [fec0::1] [fe80::1] [fe80::1%25lo] [ff02::1]
[2001:db8::1] [3fff::1] [5f00::1] [2606:4700::5efe:a00:1]
""".split()  # noqa: SIM905 -- a table of fifty words reads better than a list of them
DISGUISES = [
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "١٢٧.٠.٠.١",
    "127。0。0。1",
    "127.0.0\u00ad.1",
    "127.0.0\u200b.1",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "10.0.0.1%00.example",
    "user@10.0.0.1",
    "user:word@10.0.0.1",
    f"{PUBLIC}\\@10.0.0.1",
    f"{PUBLIC}@10.0.0.1",
    "10.0.0.1\t",
    "10.0.0.1\r\nHost: x",
    "10.0.\n0.1",
    "10.0.0.1\0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "10.0.0.1:65616",
    "10.0.0.1:080",
    "10.0.0.1:8080",
    "[fd00:ec2::254]:8443",
]
SHAPES = ["HTTP://{}/", "http:\\\\{}\\", "http:///{}/", "http:{}", "//{}/", "\\\\{}\\", "gopher://{}/", "ftp://{}/"]

ZONE = {
    **{f"n{number}.evil.example": [[address]] for number, address in enumerate(PRIVATE)},
    **{f"first{number}.evil.example": [[address, PUBLIC]] for number, address in enumerate(PRIVATE)},
    **{f"last{number}.evil.example": [[PUBLIC, address]] for number, address in enumerate(PRIVATE)},
    NAMED: [[STRANGER]],
    "rebind.evil.example": [[PUBLIC], ["10.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]],
}
PUBLIC_NAMES = (NAMED, "rebind.evil.example")
ALIASES = {"alias.evil.example": "n0.evil.example"}
HOSTS_FILE = f"10.0.0.1 inside.hosts.example\n{PUBLIC} outside.hosts.example\n127.0.0.1 localhost\n"


def urls() -> list[str]:
    """Return every address that must lead nowhere."""
    plain = [f"{scheme}://{host}/" for scheme in ("http", "https") for host in NUMBERS + DISGUISES]
    shaped = [shape.format(host) for shape in SHAPES for host in ("10.0.0.1", "127.0.0.1", "[::1]")]
    names = [f"http://{name}/" for name in [*ZONE, *ALIASES, "inside.hosts.example"] if name not in PUBLIC_NAMES]
    return plain + shaped + names


def furnish() -> None:
    """Give the namespace its addresses, and a hosts file that only it sees."""
    run = ["ip", "link", "set", "lo", "up"]
    subprocess.run(run, check=True)
    for address in (PUBLIC, STRANGER, OWNER, *PRIVATE):
        if address not in ("127.0.0.1", "127.0.0.53", "::1"):
            at_once = ["nodad"] if ":" in address else []
            subprocess.run(["ip", "addr", "add", address, "dev", "lo", *at_once], check=True)
    hosts = Path(sys.argv[1]) / "hosts"
    hosts.write_text(HOSTS_FILE)
    subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)


class Listeners:
    """Listens on every private address, and notes each connection."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def open(self) -> None:
        for address in PRIVATE:
            for port in PORTS:
                await asyncio.start_server(self.note, address, port)

    async def note(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.seen.append("{0[0]} {0[1]}".format(writer.get_extra_info("sockname")))
        writer.close()

    async def see_everybody(self) -> bool:
        """Connect to each on purpose, and tell whether each noticed."""
        wanted = [(address, port) for address in PRIVATE for port in PORTS]
        for address, port in wanted:
            reader, writer = await asyncio.open_connection(address, port)
            await reader.read()
            writer.close()
        seen, self.seen = self.seen, []
        return sorted(seen) == sorted(f"{address} {port}" for address, port in wanted)


async def lead_astray(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be the public server: /to/STATUS/NUMBER leads to the address of that number."""
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
    head = "HTTP/1.1 200 OK"
    if path.startswith("/to/"):
        _, _, status, number = path.split("/")
        if not number.isdigit():  # a reference without a host, which leads back here
            writer.close()
            return
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {urls()[int(number)]}"
    writer.write(f"{head}\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello".encode())
    writer.close()


def attempts() -> Iterator[Request]:
    for number, url in enumerate(urls()):
        yield get(url)
        yield get(url, budget="own")
        yield Request("POST", url, (), b"<x/>")
        status = (301, 302, 303, 307, 308)[number % 5]
        yield get(f"http://{PUBLIC}/to/{status}/{number}")


async def try_one(settings: DoorSettings, request: Request) -> str:
    door = Door(settings)
    try:
        return f"{(await door(request)).status}"
    except FetchError as error:
        return type(error).__name__
    finally:
        await door.close()


async def main() -> None:
    loop, listeners = asyncio.get_running_loop(), Listeners()
    await listeners.open()
    await asyncio.start_server(lead_astray, PUBLIC, 80)
    _, names = await loop.create_datagram_endpoint(WORLD.NameServer, ("127.0.0.53", 5353))
    names.zone, names.aliases = ZONE, ALIASES
    settings = DoorSettings(host_per_minute=0, host_burst=0, deadline=1.0, name_servers=(names.where,))
    works = await listeners.see_everybody()
    outcomes = {}
    for request in attempts():
        outcomes[f"{request.method} {request.budget} {request.url}"] = await try_one(settings, request)
    rebinding = [await try_one(settings, get("http://rebind.evil.example/")) for _ in range(4)]
    public = [await try_one(settings, get(f"http://{host}/")) for host in (PUBLIC, "outside.hosts.example")]
    counted = await walk(Path(sys.argv[1]), Door(settings))
    seen = list(listeners.seen)
    report: dict[str, object] = {"works": works, "works_still": await listeners.see_everybody()}
    report |= {"outcomes": outcomes, "rebinding": rebinding, "public": public, "seen": seen, **counted}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    furnish()
    uvloop.run(main())
