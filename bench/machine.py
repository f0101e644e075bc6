"""What the machine tells of processes and disks: cores, CPU time, peak memory, file systems. Linux only."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

IN_MEMORY = {"tmpfs", "ramfs", "devtmpfs"}  # where nothing is ever durable
TICKS = os.sysconf("SC_CLK_TCK")  # per second, the unit of /proc/PID/stat


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core the server runs on, and which everything else; None where there is only one to share."""

    server: int | None
    others: int | None


def cores() -> Cores:
    """Return how the cores that this process may use are shared out."""
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[0], allowed[1]) if len(allowed) > 1 else Cores(None, None)


def cpu_seconds(pid: int) -> float:
    """Return what a process, its threads and its descendants used so far, in user and system mode."""
    return sum(_own_cpu_seconds(member) for member in _family(pid))


def peak_memory(pid: int) -> int:
    """Return the largest resident memory (bytes) that a process had, its descendants' added."""
    return sum(_own_peak_memory(member) for member in _family(pid))


def disk_folder() -> Path:
    """Return a folder for temporary files that is on a disk where there is one."""
    folders = [Path(tempfile.gettempdir()), Path("/var/tmp"), Path.cwd()]
    return next((folder for folder in folders if file_system(folder) not in IN_MEMORY), folders[0])


def file_system(folder: Path) -> str:
    """Return the kind of file system that a folder is on, such as "ext4"."""
    mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    kinds = {
        Path(point.replace("\\040", " ")): kind for point, kind in mounts
    }  # of two on a point the later one counts
    real = folder.resolve()
    return next((kinds[place] for place in (real, *real.parents) if place in kinds), "unknown")


def _family(pid: int) -> list[int]:
    members = [pid]
    for member in members:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            members += map(int, children.read_text().split())
    return members


def _own_cpu_seconds(pid: int) -> float:
    # The name, in brackets, may hold anything; behind it user time is the 12th field, system time the 13th.
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def _own_peak_memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
