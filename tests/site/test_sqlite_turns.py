"""Writers of SQLite stand in line, and what a block has committed is on the disk before anybody hears of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from booking_site.sqlite import base, turns
from bookings.models import ServiceCategory

needs_line = pytest.mark.skipif(not turns.SUPPORTED, reason="no locks of open files on this platform")


@pytest.fixture
def line(tmp_path: Path) -> str:
    return str(tmp_path / "turns")


def queue_up(line: str, order: list[int], number: int) -> threading.Thread:
    """A thread that takes a turn, notes ``number`` and ends it; it stands in line when this returns."""

    def work() -> None:
        turn = turns.take(line)
        order.append(number)
        turn.end()

    drawn = _drawn(line)
    thread = threading.Thread(target=work)
    thread.start()
    while _drawn(line) == drawn:
        time.sleep(0.001)
    return thread


def _drawn(line: str) -> int:
    return int.from_bytes(Path(line).read_bytes()[:8], "little")


@needs_line
class TestTheLine:
    def test_first_come_first_served(self, line: str) -> None:
        order: list[int] = []
        held = turns.take(line)
        threads = [queue_up(line, order, number) for number in range(6)]
        assert order == []
        held.end()
        for thread in threads:
            thread.join(5)
        assert order == list(range(6))

    def test_ending_twice_takes_nobody_elses_turn(self, line: str) -> None:
        first = turns.take(line)
        first.end()
        second = turns.take(line)
        first.end()
        began = time.monotonic()
        turns.take(line, patience=0.05).end()
        assert time.monotonic() - began >= 0.05
        second.end()

    def test_a_killed_holder_lets_the_next_one_in(self, line: str) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", _HOLD, line], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        order: list[int] = []
        thread = queue_up(line, order, 1)
        assert order == []
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate(timeout=5)
        thread.join(5)
        assert order == [1]

    def test_who_waits_behind_somebody_stuck_goes_on_without(self, line: str) -> None:
        stuck = turns.take(line)
        began = time.monotonic()
        second = turns.take(line, patience=0.1)
        assert 0.1 <= time.monotonic() - began < turns.PATIENCE_SECONDS
        stuck.end()
        second.end()

    def test_a_file_that_cannot_be_locked_is_no_line_and_no_failure(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert base._take(str(tmp_path / "missing" / "turns")) is None
        assert "writers do not queue up" in caplog.text


_HOLD = """
import sys, time
from booking_site.sqlite import turns
turn = turns.take(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened, in order: each sync of the log, and what the test adds."""
    happened: list[str] = []
    sync = base._sync

    def noting(path: str) -> None:
        sync(path)
        happened.append("synced")

    monkeypatch.setattr(base, "_sync", noting)
    return happened


@pytest.fixture
def on_sqlite(transactional_db: None) -> Iterator[None]:
    """As in production: the tests' own connections do without the disk."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    connection.ensure_connection()
    connection.durable = True  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    yield
    if connection.durable:  # type: ignore[attr-defined]  # not so where the test made a new connection
        assert synchronous() == 2  # FULL, for statements outside of a block
    connection.close()


def synchronous() -> Any:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]


@pytest.mark.usefixtures("on_sqlite")
class TestBlocks:
    def test_what_is_written_is_synced_before_anybody_hears_of_it(self, synced: list[str]) -> None:
        with transaction.atomic():
            transaction.on_commit(lambda: synced.append("told"))
            ServiceCategory.objects.create(name="Hair")
            assert synchronous() == 1
            assert synced == []
        assert synced == ["synced", "told"]

    def test_a_block_that_only_reads_syncs_nothing(self, synced: list[str]) -> None:
        with transaction.atomic():
            assert not ServiceCategory.objects.exists()
        assert synced == []

    def test_what_is_rolled_back_is_not_synced_and_ends_the_turn(self, synced: list[str]) -> None:
        with transaction.atomic():
            ServiceCategory.objects.create(name="Hair")
            transaction.set_rollback(True)
        assert synced == []
        with transaction.atomic():
            ServiceCategory.objects.create(name="Nails")
        assert synced == ["synced"]

    def test_a_disk_that_refuses_is_an_error_of_the_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(os, "fdatasync", _refuse, raising=False)
            with pytest.raises(OperationalError, match="not synced"), transaction.atomic():
                ServiceCategory.objects.create(name="Hair")

    def test_a_closed_connection_has_left_the_line(self) -> None:
        with suppress(OperationalError), transaction.atomic():
            connection.close()
        began = time.monotonic()
        with transaction.atomic():
            assert not ServiceCategory.objects.exists()
        assert time.monotonic() - began < turns.PATIENCE_SECONDS


def _refuse(_file: int) -> None:
    raise OSError(5, "Input/output error")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of the SQLite backend")
@pytest.mark.django_db
def test_placeholders_are_translated_however_often_a_statement_runs() -> None:
    for value in ("a%sb", "50 %", "?"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s, '%%s', '%%'", [value])
            assert cursor.fetchone() == (value, "%s", "%")
            cursor.execute("SELECT %(named)s, '%%'", {"named": value})
            assert cursor.fetchone() == (value, "%")
