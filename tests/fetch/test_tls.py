import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from linkback.core.errors import Forbidden, TimedOut, Unreachable
from linkback.fetch import get
from tests.fetch.conftest import Host, NameServer, Open, Serve, moved, ok


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def authorities(authority: trustme.CA, tmp_path: Path) -> str:
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


def context(authority: trustme.CA, name: str = "127.0.6.1") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(made)
    return made


def https(host: Host) -> str:
    return host.url.replace("http:", "https:")


async def test_a_page_comes_over_an_encrypted_connection(
    open_door: Open, serve: Serve, authority: trustme.CA, authorities: str
) -> None:
    host = await serve(ok(b"secret"), tls=context(authority))
    door = open_door(authorities=authorities)
    assert (await door(get(f"{https(host)}/a"))).body == b"secret"
    await door(get(f"{https(host)}/b"))
    assert host.connections == 1


async def test_the_server_is_told_which_name_and_which_protocol_is_meant(
    open_door: Open, serve: Serve, authority: trustme.CA, authorities: str, names: NameServer
) -> None:
    asked: list[str | None] = []
    spoken: list[str | None] = []
    tls = context(authority, "blog.example")
    tls.set_alpn_protocols(["h2", "http/1.1"])
    tls.sni_callback = lambda connection, name, _: asked.append(name)

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        writer.write(ok())
        await writer.drain()

    host = await serve(talk, tls=tls)
    names.zone["blog.example"] = [[host.address]]
    door = open_door(authorities=authorities, name_servers=(names.where,))
    assert (await door(get(f"https://blog.example:{host.port}/"))).status == 200
    assert (asked, spoken) == (["blog.example"], ["http/1.1"])


async def test_a_certificate_nobody_vouches_for_is_refused(
    open_door: Open, serve: Serve, authority: trustme.CA
) -> None:
    host = await serve(ok(), tls=context(authority))
    with pytest.raises(Unreachable, match="certificate"):
        await open_door()(get(https(host)))
    assert not host.requests


async def test_a_certificate_of_another_name_is_refused(
    open_door: Open, serve: Serve, authority: trustme.CA, authorities: str
) -> None:
    host = await serve(ok(), tls=context(authority, "other.example"))
    with pytest.raises(Unreachable, match="certificate"):
        await open_door(authorities=authorities)(get(https(host)))
    assert not host.requests


async def test_an_encrypted_page_does_not_lead_to_an_open_one(
    open_door: Open, serve: Serve, authority: trustme.CA, authorities: str
) -> None:
    end = await serve(ok())
    host = await serve(moved(301, end.url), tls=context(authority))
    with pytest.raises(Forbidden):
        await open_door(authorities=authorities)(get(https(host)))
    assert end.connections == 0


async def test_an_open_page_may_lead_to_an_encrypted_one(
    open_door: Open, serve: Serve, authority: trustme.CA, authorities: str
) -> None:
    end = await serve(ok(b"secret"), tls=context(authority))
    host = await serve(moved(301, https(end)))
    assert (await open_door(authorities=authorities)(get(host.url))).body == b"secret"


async def test_a_server_that_never_finishes_its_greeting_runs_out_of_time(open_door: Open) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    server = await asyncio.start_server(silent, "127.0.6.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(TimedOut):
        await open_door(deadline=0.1)(get(f"https://127.0.6.1:{port}/"))
    server.close()


async def test_an_open_server_on_an_encrypted_port_is_unreachable(open_door: Open) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.6.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable):
        await open_door()(get(f"https://127.0.6.1:{port}/"))
    server.close()
