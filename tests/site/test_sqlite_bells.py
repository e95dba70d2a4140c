"""Who waits for a turn is woken by whoever ends theirs, and is not lost without."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_site.sqlite import bells, turns

pytestmark = pytest.mark.skipif(not bells.SUPPORTED, reason="no abstract names of sockets on this platform")

#: Seconds: longer than any machine needs to hear a ring.
LONG = 30.0


@pytest.fixture
def name() -> str:
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def bell(name: str) -> Iterator[bells.Bell]:
    made = bells.Bell(name)
    yield made
    made.close()


def test_a_ring_of_another_process_ends_the_wait(bell: bells.Bell, name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; from booking_site.sqlite import bells; bells.ring(sys.argv[1])", name],
        cwd=Path(__file__).parents[2],
    ):
        began = time.monotonic()
        bell.wait(LONG)
    assert time.monotonic() - began < LONG


def test_a_ring_before_the_wait_is_heard(bell: bells.Bell, name: str) -> None:
    bells.ring(name)
    began = time.monotonic()
    bell.wait(LONG)
    assert time.monotonic() - began < LONG


def test_a_ring_is_heard_once(bell: bells.Bell, name: str) -> None:
    bells.ring(name)
    bell.wait(LONG)
    began = time.monotonic()
    bell.wait(0.01)
    assert time.monotonic() - began >= 0.01


def test_nobody_has_to_be_there(name: str) -> None:
    bells.ring(name)


def test_who_shares_a_name_waits_and_is_not_woken(bell: bells.Bell, name: str) -> None:
    second = bells.Bell(name)
    bells.ring(name)
    began = time.monotonic()
    second.wait(0.01)
    assert time.monotonic() - began >= 0.01
    second.close()


def test_a_ring_that_is_lost_costs_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "ring", lambda _name: None)
    monkeypatch.setattr(bells.Bell, "wait", _let_go_meanwhile(held := turns.take(str(tmp_path / "turns"))))
    turns.take(str(tmp_path / "turns"), patience=LONG).end()
    held.end()


def _let_go_meanwhile(held: turns.Turn) -> object:
    def wait(_bell: bells.Bell, _seconds: float) -> None:
        held.end()

    return wait
