"""The bench: a short round really runs, every answer is checked, and the document has its figures."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.children import ChildFailed, end, running, wait_for_port
from bench.contenders import SETTINGS, Floor, Linkback
from bench.floor import Refused, links_to, read_call
from bench.load import Orders as LoadOrders
from bench.load import is_success, is_whole, request_around_serial, what_it_says
from bench.machine import cores, cpu_seconds, file_system, peak_memory
from bench.pages import SERIAL_DIGITS, SIZE, post
from bench.report import is_sound, ratio_of
from bench.rounds import Pair, Plan, Round, measure, percentile
from bench.scene import MOST_CONNECTIONS, Scene, blogs_for, new_scene
from linkback.core.model import Page, Request
from linkback.core.pages import document, links
from linkback.core.protocols import pingback

TARGET = "http://127.0.2.1:8000/essay"
SUCCESS = b"<methodResponse><params><param><value><string>It is registered.</string></value></param></params>"
SUCCESS += b"</methodResponse>"
FAULT = b"<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>48</int></value></member>"
FAULT += b"<member><name>faultString</name><value><string>already registered</string></value></member></struct></value>"
FAULT += b"</fault></methodResponse>"
LATER = SUCCESS.replace(b"It is registered.", b"Accepted")

FIGURES = {"pings_per_second", "cpu_ms", "p50_ms", "p99_ms", "peak_memory_mb"}


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def a_round(**figures: object) -> Round:
    values: dict[str, object] = {
        "contender": "floor", "pings_per_second": 100.0, "cpu_ms": 1.0, "p50_ms": 1.0, "p99_ms": 2.0,
        "peak_memory_mb": 10.0, "driver_cpu_ms": 0.1, "driver_busy": 0.1, "verified": 5, "kept": 5, "errors": {},
    }  # fmt: skip
    return Round(**(values | figures))  # type: ignore[arg-type]  # named values of a table


def test_the_command_measures_both_and_prints_one_document() -> None:
    command = [sys.executable, "-m", "bench", "--seconds", "0.5", "--rounds", "1", "--connections", "4", "--json"]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["conditions"]["settings"] == SETTINGS
    assert set(told["medians"]["floor"]) == set(told["medians"]["linkback"]) == FIGURES
    [pair] = told["pairs"]
    for name in ("floor", "linkback"):
        assert pair[name]["verified"] == pair[name]["kept"] > 0
        assert pair[name]["cpu_ms"] > 0
    assert told["ratio"]["median"] == pytest.approx(
        pair["linkback"]["pings_per_second"] / pair["floor"]["pings_per_second"]
    )


def test_a_server_that_refuses_is_no_success(tmp_path: Path) -> None:
    class WrongPath(Floor):
        def kept(self, scene: Scene, folder: Path) -> int:
            return 0

        def command(self, scene: Scene, folder: Path) -> list[str]:
            strangers = Scene(scene.server_port, scene.source_port, ("127.0.3.200",), scene.series)
            return super().command(strangers, folder)

    measured = measure(Plan(0.2, 1, 2, cores(), tmp_path, warm_up=0.1), WrongPath())
    assert measured.verified == 0
    assert set(measured.errors) == {"fault 16: no such page"}
    assert not measured.is_sound


def test_a_child_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    words = tmp_path / "words"
    command = [sys.executable, "-c", "raise SystemExit('no luck today')"]
    with running(command, None, words) as child, pytest.raises(ChildFailed, match="no luck today"):
        wait_for_port(child, "127.0.1.1", new_scene(1).server_port, words)


def test_a_child_that_will_not_hear_is_ended_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.children.END_WITHIN", 0.2)
    deaf = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    with running([sys.executable, "-c", deaf], None, tmp_path / "words", piped=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        end(child)
        assert child.returncode == -9


def test_a_child_runs_on_its_core_and_its_parent_stays_where_it_was(tmp_path: Path) -> None:
    mine = cores()
    ask = "import os; print(sorted(os.sched_getaffinity(0)))"
    with running([sys.executable, "-c", ask], mine.server, tmp_path / "words", piped=True) as child:
        assert child.stdout is not None
        told = json.loads(child.stdout.read())
    assert mine == cores()
    assert mine.server is None or told == [mine.server]


def test_figures_of_a_process_count_its_children(tmp_path: Path) -> None:
    burn = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint('burnt', flush=True); sys.stdin.read()"
    start = f"child = subprocess.Popen([sys.executable, '-c', {burn!r}], stdin=subprocess.PIPE); child.wait()"
    with running(
        [sys.executable, "-c", f"import subprocess, sys; {start}"], None, tmp_path / "words", piped=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"burnt\n"
        assert cpu_seconds(child.pid) >= 0.2
        assert peak_memory(child.pid) > peak_of_one(child.pid)


def peak_of_one(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.parametrize(("folder", "kind"), [("/proc", "proc"), ("/proc/self", "proc"), ("/sys", "sysfs")])
def test_the_file_system_of_a_folder_is_known(folder: str, kind: str) -> None:
    assert file_system(Path(folder)) == kind


def test_a_post_is_of_its_size_and_really_links_once() -> None:
    template = post(TARGET)
    page = Page(200, (("content-type", "text/html; charset=utf-8"),), template.page(b"1" * SERIAL_DIGITS), "http://a/b")
    assert 0.95 * SIZE < template.size <= SIZE
    assert len(page.body) == template.size
    assert [link.text for link in links.find(document.read(page), TARGET)] == ["this essay on patience"]
    assert 0.65 < page.body.index(TARGET.encode()) / template.size < 0.8


def test_no_two_posts_are_the_same_bytes() -> None:
    template = post(TARGET)
    pages = {template.page(b"%0*d" % (SERIAL_DIGITS, number)) for number in range(50)}
    assert len(pages) == 50
    assert {len(page) for page in pages} == {template.size}


def test_no_source_is_used_twice_in_any_two_scenes() -> None:
    one, other = new_scene(3), new_scene(3)
    assert one.series != other.series
    assert one.source(one.blogs[0], "1") != one.source(one.blogs[0], "2") != one.source(one.blogs[1], "2")


@pytest.mark.parametrize(("connections", "blogs"), [(1, 1), (2, 1), (3, 2), (64, 32), (MOST_CONNECTIONS, 254)])
def test_no_blog_has_more_callers_than_connections_to_it_are_allowed(connections: int, blogs: int) -> None:
    assert blogs_for(connections) == blogs


def test_a_request_of_the_load_is_a_whole_pingback() -> None:
    scene = Scene(9000, 8000, ("127.0.3.1",), "abc")
    before, after = request_around_serial(LoadOrders(scene, "/pingback", 1, 0, 1), "127.0.3.1")
    head, _, body = (before + b"0" * SERIAL_DIGITS + after).partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
    ping = pingback.parse_request(Request("POST", "/pingback", (("content-type", "text/xml"),), body))
    assert ping == pingback.parse_request(Request("POST", "/pingback", (), body))
    assert (ping.source, ping.target) == (scene.source("127.0.3.1", "0" * SERIAL_DIGITS), scene.target)  # type: ignore[union-attr]  # a ping


@pytest.mark.parametrize(
    ("answer", "is_one", "says"),
    [
        (ok(SUCCESS), True, "It is registered."),
        (ok(FAULT), False, "fault 48: already registered"),
        (ok(LATER), False, "Accepted"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 10\r\n\r\nregistered", False, "HTTP/1.1 503 Busy"),
    ],
)
def test_only_a_ping_that_was_verified_is_a_success(answer: bytes, is_one: bool, says: str) -> None:
    assert is_success(answer) is is_one
    assert what_it_says(answer) == says


def test_an_answer_is_whole_with_its_last_byte() -> None:
    answer = ok(SUCCESS)
    assert [is_whole(answer[:size]) for size in (10, len(answer) - 1, len(answer))] == [False, False, True]
    assert is_whole(answer.replace(b"Content-Length", b"content-length"))


def test_the_floor_reads_a_call_and_finds_an_element_not_a_text() -> None:
    call = b"<methodCall><methodName>pingback.ping</methodName><params><param><value><string>http://a/&amp;</string>"
    call += b"</value></param><param><value><string>http://b/</string></value></param></params></methodCall>"
    assert read_call(call) == ("http://a/&", "http://b/")
    assert links_to(b'<p><a href="http://b/">b</a>', "http://b/")
    assert not links_to(b'<!-- <a href="http://b/"> --> http://b/', "http://b/")
    with pytest.raises(Refused):
        read_call(b"<!DOCTYPE a>" + call)
    with pytest.raises(Refused):
        read_call(call.replace(b"pingback.ping", b"demo.sayHello"))


def test_linkback_is_measured_as_everybody_runs_it_but_for_three_limits(tmp_path: Path) -> None:
    scene = new_scene(2)
    command = Linkback().command(scene, tmp_path)
    config = (tmp_path / "linkback.toml").read_text()
    assert command[1:4] == ["serve", "--config", str(tmp_path / "linkback.toml")]
    assert re.findall(r"^([\w.]+) = 0$", config, re.MULTILINE) == list(SETTINGS)
    assert "require_advertised" not in config


@pytest.mark.parametrize(
    ("figures", "sound"),
    [({}, True), ({"kept": 4}, False), ({"errors": {"fault 17": 1}}, False), ({"verified": 0, "kept": 0}, False)],
)
def test_a_lost_or_refused_ping_makes_a_measurement_unsound(figures: dict[str, object], sound: bool) -> None:
    assert is_sound([Pair(a_round(), a_round(contender="linkback", **figures))]) is sound


def test_the_ratio_is_taken_pair_by_pair() -> None:
    pairs = [Pair(a_round(pings_per_second=f), a_round(pings_per_second=p)) for f, p in ((100, 20), (50, 25), (80, 24))]
    ratio = ratio_of(pairs)
    assert (ratio.median, ratio.lowest, ratio.highest) == (0.3, 0.2, 0.5)


@pytest.mark.parametrize(
    ("values", "percent", "value"), [([], 50, 0.0), ([3.0], 99, 3.0), ([float(n) for n in range(100)], 99, 99.0)]
)
def test_a_percentile_is_one_of_the_values(values: list[float], percent: int, value: float) -> None:
    assert percentile(values, percent) == value
