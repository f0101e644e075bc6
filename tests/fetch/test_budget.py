import pytest

from linkback.fetch import budget as module
from linkback.fetch.budget import Budget


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_key_gets_its_minute_and_no_more(clock: Clock) -> None:
    budget = Budget(3, 0, clock)
    assert [budget.take("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert budget.take("a") == 60.0


def test_the_wait_is_until_the_oldest_of_the_window_is_a_minute_old(clock: Clock) -> None:
    budget = Budget(2, 0, clock)
    budget.take("a")
    clock.now += 25
    budget.take("a")
    assert budget.take("a") == 35.0
    clock.now += 35
    assert budget.take("a") == 0.0
    assert budget.take("a") == 25.0


def test_a_burst_is_over_after_ten_seconds(clock: Clock) -> None:
    budget = Budget(60, 30, clock)
    assert not any(budget.take("a") for _ in range(30))
    assert budget.take("a") == 10.0
    clock.now += 10
    assert not any(budget.take("a") for _ in range(30))
    clock.now += 10
    assert budget.take("a") == 40.0


def test_keys_do_not_share(clock: Clock) -> None:
    budget = Budget(1, 0, clock)
    assert budget.take("a") == budget.take("b") == 0.0
    assert budget.take("a") > 0


def test_asking_how_long_uses_up_nothing(clock: Clock) -> None:
    budget = Budget(1, 0, clock)
    assert [budget.wait_for("a") for _ in range(5)] == [0.0] * 5
    assert len(budget) == 0
    budget.take("a")
    assert budget.wait_for("a") == 60.0


def test_being_refused_uses_up_nothing(clock: Clock) -> None:
    budget = Budget(1, 0, clock)
    budget.take("a")
    for _ in range(100):
        budget.take("a")
    clock.now += 60
    assert budget.take("a") == 0.0


def test_zero_is_no_limit(clock: Clock) -> None:
    budget = Budget(0, 0, clock)
    assert not any(budget.take("a") for _ in range(1000))
    assert len(budget) == 0


def test_only_the_burst_may_be_limited(clock: Clock) -> None:
    budget = Budget(0, 2, clock)
    assert [budget.take("a") for _ in range(3)] == [0.0, 0.0, 10.0]


def test_old_keys_are_forgotten(clock: Clock) -> None:
    budget = Budget(5, 0, clock)
    for number in range(100):
        budget.take(f"old-{number}")
    clock.now += 61
    for number in range(60):
        budget.take(f"new-{number}")
    assert len(budget) == 60


def test_the_number_of_keys_is_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEYS", 10)
    budget = Budget(1, 0, clock)
    for number in range(100):
        budget.take(f"host-{number}")
    assert len(budget) <= 10
    assert budget.take("host-99") > 0
