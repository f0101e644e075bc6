"""How long it takes to tell of a post: `linkback send`, as everybody runs it, and a crowd of blogs that answer late."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import msgspec

from bench.children import ChildFailed, module, running, wait_for_port
from bench.crowd import DELAY, Crowd, Told, new_crowd
from bench.machine import Cores
from bench.scene import TARGET

ENDS_WITHIN = 120.0  # seconds; a hanging host is given up after ten
MOST_REQUESTS = 2  # for each link: one for its page, one for its endpoint
ROW = "{:<44} {:>10} {:>10} {:>14}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A post with so many links, of which so many lead to hosts that hang."""

    name: str
    links: int
    hanging: int = 0


SCENARIOS = (Scenario("many", 200), Scenario("few", 20), Scenario("few, one hangs", 20, 1))


@dataclass(frozen=True, slots=True)
class Telling:
    """One run: seconds from the request for the post to the last endpoint's answer, and those of all the command."""

    scenario: str
    told: float
    whole: float
    taken: int
    most_requests: int
    is_sound: bool


def measure(
    rounds: int,
    cores: Cores,
    folder: Path,
    tell: Callable[[Telling], None],
    scenarios: Sequence[Scenario] = SCENARIOS,
) -> list[Telling]:
    """Run every scenario so many times, in turn, and hand over each run as it ends; raises ChildFailed."""
    crowd, done = new_crowd(), []
    with tempfile.TemporaryDirectory(prefix="linkback-bench-", dir=folder) as name:
        words = Path(name) / "crowd.log"
        with running(module("crowd", crowd), cores.others, words) as child:
            wait_for_port(child, TARGET, crowd.port, words)
            for number in range(rounds * len(scenarios)):
                scenario = scenarios[number % len(scenarios)]
                done.append(_send(crowd, scenario, f"run{number}", cores, Path(name)))
                tell(done[-1])
    return done


def _send(crowd: Crowd, scenario: Scenario, run: str, cores: Cores, folder: Path) -> Telling:
    words, database = folder / f"{run}.log", f"sqlite:///{folder}/{run}.db"
    command = [sys.executable, "-m", "linkback", "send", crowd.post(run, scenario.links, scenario.hanging)]
    command += ["--json", "--database", database, "--allow-network", "127.0.0.0/8"]
    began = time.monotonic()
    with running(command, cores.server, words) as child:
        try:
            status = child.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired as error:
            raise ChildFailed(f"linkback send did not end within {ENDS_WITHIN:g} s") from error
    whole, told = time.monotonic() - began, _told(crowd, run)
    most = max(told.asked.values(), default=0)
    healthy = scenario.links - scenario.hanging
    is_sound = status == 0 and told.taken == healthy and most <= MOST_REQUESTS
    return Telling(scenario.name, told.ended - told.began, whole, told.taken, most, is_sound)


def _told(crowd: Crowd, run: str) -> Told:
    url = urlsplit(crowd.told(run))
    connection = HTTPConnection(str(url.hostname), url.port, timeout=10)
    connection.request("GET", url.path)
    told = msgspec.json.decode(connection.getresponse().read(), type=Told)
    connection.close()
    return told


def is_sound(done: list[Telling]) -> bool:
    """Tell whether every healthy link was told, with two requests, and no command failed."""
    return all(telling.is_sound for telling in done)


def ratio_of(done: list[Telling]) -> float:
    """Return how much longer the healthy links of a post take when one hangs: 1.0 is no longer."""
    few, hanging = (median(_times(done, scenario.name)) for scenario in SCENARIOS[1:])
    return hanging / few


def as_json(done: list[Telling]) -> str:
    """Return the whole measurement as one JSON document."""
    document = {
        "delay": DELAY,
        "scenarios": [asdict(scenario) for scenario in SCENARIOS],
        "medians": {scenario.name: median(_times(done, scenario.name)) for scenario in SCENARIOS},
        "ratio": ratio_of(done),
        "runs": [asdict(telling) for telling in done],
        "sound": is_sound(done),
    }
    return msgspec.json.format(msgspec.json.encode(document)).decode()


def as_text(done: list[Telling]) -> str:
    """Return the measurement as a table."""
    table = [f"every answer comes {DELAY * 1000:.0f} ms after its request; every blog is on a host of its own", ""]
    table.append(ROW.format("", "told s", "command s", "requests/link"))
    table += map(one_line, done)
    for scenario in SCENARIOS:
        runs = [telling for telling in done if telling.scenario == scenario.name]
        whole = median(telling.whole for telling in runs)
        most = max(telling.most_requests for telling in runs)
        table.append(_row(f"{_words(scenario)}, median", median(_times(done, scenario.name)), whole, most))
    table += ["", f"the healthy links beside one that hangs / without it: {ratio_of(done):.2f}"]
    table += [f"ERROR: {telling.scenario}: {telling.taken} told" for telling in done if not telling.is_sound]
    return "\n".join(table)


def one_line(telling: Telling) -> str:
    """Return the figures of a run in a line."""
    scenario = next(one for one in SCENARIOS if one.name == telling.scenario)
    return _row(_words(scenario), telling.told, telling.whole, telling.most_requests)


def _row(name: str, told: float, whole: float, most: int) -> str:
    return ROW.format(name, f"{told:.2f}", f"{whole:.2f}", most)


def _words(scenario: Scenario) -> str:
    return f"{scenario.links} links" + (f", {scenario.hanging} of them hangs" if scenario.hanging else "")


def _times(done: list[Telling], name: str) -> list[float]:
    return [telling.told for telling in done if telling.scenario == name]
