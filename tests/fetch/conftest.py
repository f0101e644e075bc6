"""A small world on 127.x for the door: web servers that say exactly the bytes they are told, and a name server."""

import asyncio
import ipaddress
import socket
import ssl
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
import uvloop

from linkback.core.addresses import parse_networks
from linkback.fetch import Door, DoorSettings

LOOPBACK = DoorSettings(allow=parse_networks(["127.0.0.0/8"]), deadline=5.0, version="0.0.0")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run what meets the network under both loops."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


Talk = Callable[["Host", bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Host:
    """A server that reads requests and lets `talk` answer them, for as long as the connection lives."""

    talk: Talk
    address: str = "127.0.6.1"
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.split(b" ", 2)[1].decode() for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head)
                await self.talk(self, head, reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self.open -= 1
            self.gone.set()
            writer.close()


TXT = 16


def _chunks(text: str) -> bytes:
    """Return a text as a TXT record holds it: parts of at most 255 bytes, each after its length."""
    raw = text.encode()
    parts = [raw[at : at + 255] for at in range(0, len(raw), 255)] or [b""]
    return b"".join(bytes([len(part)]) + part for part in parts)


class NameServer(asyncio.DatagramProtocol):
    """Answers what its zone says, TTL 0: a list of answers per name, used up one by one but for the last."""

    def __init__(self) -> None:
        self.zone: dict[str, list[list[str]]] = {}
        self.aliases: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}  # what TXT records say; an empty list: there is no such name
        self.asked: list[str] = []
        self.heard = asyncio.Event()
        self.where = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        address, port = transport.get_extra_info("sockname")
        self.where = f"{address}:{port}"

    def datagram_received(self, packet: bytes, peer: tuple[str, int]) -> None:
        end = packet.index(b"\0", 12) + 5
        labels, (kind,) = packet[12 : end - 5], struct.unpack(">H", packet[end - 4 : end - 2])
        name = self._name(labels).lower()
        self.asked.append(name)
        self.heard.set()
        if kind == TXT and name in self.texts:
            self._tell(packet, end, [self._record(b"\xc0\x0c", TXT, _chunks(text)) for text in self.texts[name]], peer)
            return
        final = self.aliases.get(name, name)
        if final not in self.zone:
            return
        answers = [self._record(b"\xc0\x0c", 5, self._labels(final))] if final != name else []
        owner = self._labels(final) if final != name else b"\xc0\x0c"
        addresses = map(ipaddress.ip_address, self._next(final, kind))
        asked_for = [address for address in addresses if (kind, address.version) in ((1, 4), (28, 6))]
        answers += [self._record(owner, kind, address.packed) for address in asked_for]
        self._tell(packet, end, answers, peer)

    def _tell(self, packet: bytes, end: int, answers: list[bytes], peer: tuple[str, int]) -> None:
        nobody = not answers and packet[end - 3] == TXT
        flags = 0x8183 if nobody else 0x8180  # NXDOMAIN, or all is well
        head = packet[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0)
        self.transport.sendto(head + packet[12:end] + b"".join(answers), peer)

    def _next(self, name: str, kind: int) -> list[str]:
        # c-ares asks for A and AAAA of one look-up; an answer is used up by its A.
        answers = self.zone[name]
        return answers.pop(0) if kind == 1 and len(answers) > 1 else answers[0]

    @staticmethod
    def _record(owner: bytes, kind: int, value: bytes) -> bytes:
        return owner + struct.pack(">HHIH", kind, 1, 0, len(value)) + value

    @staticmethod
    def _labels(name: str) -> bytes:
        return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"

    @staticmethod
    def _name(labels: bytes) -> str:
        parts = []
        while labels:
            parts.append(labels[1 : labels[0] + 1].decode())
            labels = labels[labels[0] + 1 :]
        return ".".join(parts)


def says(raw: bytes) -> Talk:
    """Answer every request with these bytes."""

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return talk


def ok(body: bytes = b"<p>hello</p>", *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def moved(status: int, location: str) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


Serve = Callable[..., Awaitable[Host]]
Open = Callable[..., Door]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[asyncio.Server] = []

    async def start(talk: Talk | bytes, address: str = "127.0.6.1", tls: ssl.SSLContext | None = None) -> Host:
        host = Host(says(talk) if isinstance(talk, bytes) else talk, address)
        server = await asyncio.start_server(host.serve, address, 0, ssl=tls)
        servers.append(server)
        host.port = server.sockets[0].getsockname()[1]
        return host

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def open_door() -> AsyncIterator[Open]:
    """Make doors onto loopback that are closed in the end."""
    doors: list[Door] = []

    def make(clock: Callable[[], float] = time.monotonic, **changes: Any) -> Door:
        doors.append(Door(replace(LOOPBACK, **changes), clock=clock))
        return doors[-1]

    yield make
    for door in doors:
        await door.close()


@pytest.fixture
async def door(open_door: Open) -> Door:
    return open_door()


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    loop = asyncio.get_running_loop()
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.6.53", 0))
    listener.setblocking(False)
    transport, server = await loop.create_datagram_endpoint(NameServer, sock=listener)
    yield server
    transport.close()
