"""One round: start a server and a source, send pings for a while, look at the clocks, count what is durable."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import machine
from bench.children import Child, line_from, rest_from, running, wait_for_port
from bench.children import module as module_of
from bench.contenders import Contender
from bench.load import Counted, Orders
from bench.machine import Cores
from bench.scene import SERVER, TARGET, Scene, new_scene

WARM_UP = 1.0  # seconds that do not count: connections are made, the own page is looked at, caches fill


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each round takes (seconds), how many there are, how many callers call at once, and where."""

    seconds: float
    rounds: int
    connections: int
    cores: Cores
    folder: Path
    warm_up: float = WARM_UP


@dataclass(frozen=True, slots=True)
class Round:
    """What one contender did in one round. `driver_cpu_ms` is what load and source used for each ping."""

    contender: str
    pings_per_second: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    peak_memory_mb: float
    driver_cpu_ms: float
    driver_busy: float
    verified: int
    kept: int
    errors: dict[str, int]

    @property
    def is_sound(self) -> bool:
        """Tell whether every answer was a success, and every success is in the database."""
        return not self.errors and self.verified == self.kept > 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A round of each, one after the other, so that both met the same machine."""

    floor: Round
    linkback: Round

    @property
    def ratio(self) -> float:
        """Return Linkback's verified pings per second as a share of the floor's."""
        return self.linkback.pings_per_second / self.floor.pings_per_second


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds within the window: of the server's processes, and of load and source together."""

    server: float
    driver: float


def measure_pairs(plan: Plan, floor: Contender, linkback: Contender, told: Callable[[Round], None]) -> list[Pair]:
    """Measure both in turn, and hand over each round as it ends."""
    pairs = []
    for _ in range(plan.rounds):
        rounds = []
        for contender in (floor, linkback):
            rounds.append(measure(plan, contender))
            told(rounds[-1])
        pairs.append(Pair(*rounds))
    return pairs


def measure(plan: Plan, contender: Contender) -> Round:
    """Measure one contender once, in a folder of its own; raises ChildFailed."""
    scene = new_scene(plan.connections)
    with tempfile.TemporaryDirectory(prefix="linkback-bench-", dir=plan.folder) as name:
        folder = Path(name)
        with running(module_of("source", scene), plan.cores.others, folder / "source.log") as source:
            wait_for_port(source, TARGET, scene.source_port, folder / "source.log")
            with running(contender.command(scene, folder), plan.cores.server, folder / "server.log") as server:
                wait_for_port(server, SERVER, scene.server_port, folder / "server.log")
                counted, used = _send(plan, contender, scene, folder, server, source)
                memory = machine.peak_memory(server.pid)
        return _summed_up(contender, counted, used, memory, contender.kept(scene, folder))


def _send(
    plan: Plan, contender: Contender, scene: Scene, folder: Path, server: Child, source: Child
) -> tuple[Counted, Used]:
    orders = Orders(scene, contender.path, plan.connections, plan.warm_up, plan.seconds)
    words = folder / "load.log"
    with running(module_of("load", orders), plan.cores.others, words, piped=True) as load:
        line_from(load, words)
        before = _used(server, source, load)
        line_from(load, words)
        after = _used(server, source, load)
        counted = msgspec.json.decode(rest_from(load, words), type=Counted)
    return counted, Used(after.server - before.server, after.driver - before.driver)


def _used(server: Child, source: Child, load: Child) -> Used:
    return Used(machine.cpu_seconds(server.pid), machine.cpu_seconds(source.pid) + machine.cpu_seconds(load.pid))


def _summed_up(contender: Contender, counted: Counted, used: Used, memory: int, kept: int) -> Round:
    latencies = sorted(counted.latencies)
    pings = max(counted.within, 1)
    return Round(
        contender=contender.name,
        pings_per_second=counted.within / counted.seconds,
        cpu_ms=used.server / pings * 1000,
        p50_ms=percentile(latencies, 50) * 1000,
        p99_ms=percentile(latencies, 99) * 1000,
        peak_memory_mb=memory / 1e6,
        driver_cpu_ms=used.driver / pings * 1000,
        driver_busy=used.driver / counted.seconds,
        verified=counted.verified,
        kept=kept,
        errors=counted.errors,
    )


def percentile(ordered: list[float], percent: int) -> float:
    """Return the value that this share of the ordered values does not exceed; 0 of none."""
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] if ordered else 0.0
