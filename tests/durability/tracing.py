"""What a trace of system calls proves: that no answer went out before what it promises was on the disk.

Reads the output of `strace -f -yy -s 9000`: one line for each call, or two when others came between.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CALLS = "pwrite64,pwritev,fsync,fdatasync,write,writev,sendto,sendmsg"
STRACE = ("strace", "-f", "--seccomp-bpf", "-yy", "-s", "9000", "-e", f"trace={CALLS}", "-e", "signal=none")
WHOLE = re.compile(r"(?P<task>\d+) +(?P<name>\w+)\(\d+<(?P<file>[^\n]*?)>[,) ](?P<rest>.*)", re.S)
RESUMED = re.compile(r"(?P<task>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)", re.S)
UNFINISHED = "<unfinished ...>"
RESULT = re.compile(r"= (-?\d+)[^=]*$")
SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "writev", "sendto", "sendmsg")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call on a file or a socket; `began` and `ended` are places in the order of all that happened."""

    name: str
    file: str
    text: str
    began: int
    ended: int
    result: int


def traced(output: Path) -> list[str]:
    """Return the words that come before a command whose calls are to be written to a file."""
    return [*STRACE, "-o", str(output)]


def read_calls(lines: Iterable[str]) -> Iterator[Call]:
    """Return the calls of a trace, each when it ended; one that never did is left out."""
    open_calls: dict[tuple[str, str], tuple[str, str, int]] = {}
    for place, line in enumerate(lines):
        if again := RESUMED.match(line):
            file, text, began = open_calls.pop((again["task"], again["name"]), ("", "", place))
            yield Call(again["name"], file, text + again["rest"], began, place, _result(again["rest"]))
        elif call := WHOLE.match(line):
            if UNFINISHED in line[-len(UNFINISHED) - 2 :]:
                open_calls[call["task"], call["name"]] = (call["file"], call["rest"], place)
                continue
            yield Call(call["name"], call["file"], call["rest"], place, place, _result(call["rest"]))


def answered_too_early(calls: Sequence[Call], sources: Mapping[int, str]) -> list[str]:
    """Return the sources of those callers, by their port, whose answer began before their row was on the disk.

    On the disk means: written to the write-ahead log, and then a sync of that log began and came back well.
    """
    return [source for port, source in sources.items() if not _is_covered(calls, port, source)]


def _is_covered(calls: Sequence[Call], port: int, source: str) -> bool:
    answers = [call.began for call in calls if call.name in WRITES and call.file.endswith(f"->127.0.0.1:{port}]")]
    written = [call.ended for call in calls if _is_of_log(call) and call.name not in SYNCS and source in call.text]
    assert answers, f"the trace shows no answer to {source}"
    return bool(written) and any(
        min(written) < call.began and call.ended < min(answers)
        for call in calls
        if _is_of_log(call) and call.name in SYNCS and call.result == 0
    )


def _is_of_log(call: Call) -> bool:
    return call.file.endswith("-wal")


def _result(rest: str) -> int:
    found = RESULT.search(rest)
    return int(found[1]) if found else -1
