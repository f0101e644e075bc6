"""The check of traces itself: it tells a server that keeps its word from one that does not."""

import pytest

from tests.durability.tracing import answered_too_early, read_calls

SOURCE = "http://127.0.41.1:4711/page/00001/"
WAL = "10</var/linkback.db-wal>"
SOCKET = "13<TCP:[127.0.0.1:8000->127.0.0.1:50001]>"
ROW = f'71 pwrite64({WAL}, "\\0\\3{SOURCE}\\1", 4096, 56) = 4096'
OTHER_ROW = f'71 pwrite64({WAL}, "http://127.0.41.1:4711/page/00002/", 4096, 56) = 4096'
SYNC = f"71 fdatasync({WAL}) = 0"
SYNC_BEGINS = f"71 fdatasync({WAL} <unfinished ...>"
SYNC_ENDS = "71 <... fdatasync resumed>)     = 0"
SYNC_FAILS = f"71 fdatasync({WAL}) = -1 EIO (Input/output error)"
SYNC_OF_ANOTHER = "71 fdatasync(9</var/linkback.db>) = 0"
ANSWER = f'70 write({SOCKET}, "HTTP/1.1 200 OK\\r\\n", 17) = 17'
SENT = f'70 sendmsg({SOCKET}, {{msg_iov=[{{iov_base="HTTP/1.1 200 OK"}}]}}, 0) = 15'
ANSWER_BEGINS = f'70 write({SOCKET}, "HTTP/1.1 200 OK\\r\\n", 17 <unfinished ...>'
ANSWER_ENDS = "70 <... write resumed>) = 17"
ANOTHER_ANSWER = '70 write(14<TCP:[127.0.0.1:8000->127.0.0.1:50002]>, "HTTP/1.1 200 OK", 15) = 15'


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([ROW, SYNC, ANSWER], id="row, sync, answer"),
        pytest.param([ROW, SYNC, SENT], id="sent by another call"),
        pytest.param([ROW, SYNC_BEGINS, ANOTHER_ANSWER, SYNC_ENDS, ANSWER], id="another caller is answered meanwhile"),
        pytest.param([ROW, SYNC, ROW, ANSWER], id="the page is written again for others"),
    ],
)
def test_a_row_that_was_on_the_disk_first_is_in_order(lines: list[str]) -> None:
    assert answered_too_early(list(read_calls(lines)), {50001: SOURCE}) == []


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([ROW, ANSWER, SYNC], id="answer before the sync"),
        pytest.param([ANSWER, ROW, SYNC], id="answer before the row"),
        pytest.param([ROW, SYNC_BEGINS, ANSWER, SYNC_ENDS], id="answer during the sync"),
        pytest.param([ROW, SYNC_BEGINS, ANSWER_BEGINS, SYNC_ENDS, ANSWER_ENDS], id="answer begun during the sync"),
        pytest.param([SYNC_BEGINS, ROW.replace("71", "72", 1), SYNC_ENDS, ANSWER], id="row during the sync"),
        pytest.param([SYNC, ROW, ANSWER], id="sync before the row"),
        pytest.param([ROW, ANSWER], id="no sync"),
        pytest.param([ROW, SYNC_FAILS, ANSWER], id="failed sync"),
        pytest.param([ROW, SYNC_OF_ANOTHER, ANSWER], id="sync of another file"),
        pytest.param([OTHER_ROW, SYNC, ANSWER], id="another row"),
    ],
)
def test_an_answer_before_its_row_was_on_the_disk_is_found(lines: list[str]) -> None:
    assert answered_too_early(list(read_calls(lines)), {50001: SOURCE}) == [SOURCE]


def test_a_trace_without_the_answer_proves_nothing() -> None:
    with pytest.raises(AssertionError):
        answered_too_early(list(read_calls([ROW, SYNC])), {50001: SOURCE})
