"""Processes that book at the same time: how many bookings a second, and what a race for too few slots leaves behind."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from benchmarks.crowd import creating, racing
from benchmarks.registry import Context, Measurement, Outcome, Peer, benchmark, scenario
from booking_site.env import BASE_DIR
from booking_site.testing.postgres import throwaway_server


class Unexplained(Exception):
    """The run came to its end, and shows what must not be."""


@benchmark("booking.create_sqlite", seconds=240)
def create_sqlite(context: Context) -> Measurement:
    """On the database that is there without any setting."""
    with _environment(context) as environment:
        return _measured("SQLite, synchronous=FULL", _told_by(creating.__name__, environment))


@benchmark("booking.create_postgres", seconds=240)
def create_postgres(context: Context) -> Measurement:
    """On a server of this machine that waits for its disk."""
    with throwaway_server(durable=True) as url, _environment(context, DATABASE_URL=url) as environment:
        return _measured("PostgreSQL on the same machine, fsync on", _told_by(creating.__name__, environment))


@scenario("booking_race", seconds=600)
def booking_race(context: Context) -> Outcome:
    """On both databases, with the Redis lock and without."""
    runs: list[dict[str, Any]] = []
    with _environment(context) as environment:
        runs += _told_by(racing.__name__, environment)
    with (
        throwaway_server() as url,
        _environment(
            Context(context.folder / "postgres", context.seconds, context.ports), DATABASE_URL=url
        ) as env,
    ):
        runs += _told_by(racing.__name__, env)
    for run in runs:
        print(run, flush=True)
    strange = {code for run in runs for code in run["refused"] if code != "slot_taken"}
    if strange:
        raise Unexplained(f"somebody was told {', '.join(sorted(strange))}")
    made = "; ".join(
        f"{run['database']} {'with' if run['lock'] else 'without'} the Redis lock: {run['booked']} booked, "
        f"{run['refused'].get('slot_taken', 0)} told it is taken, in {run['seconds']:.1f} s"
        for run in runs
    )
    return Outcome(
        load=f"{len(runs)} × {racing.ATTEMPTS} attempts by {racing.PROCESSES} processes on {racing.SLOTS} starts that "
        f"overlap, visits of {', '.join(map(str, racing.LENGTHS))} min with buffers, a third for any specialist; {made}",
        faults="all at once; the Redis lock on and off",
        lost=sum(run["lost"] for run in runs),
        double_booked=sum(run["double_booked"] for run in runs),
    )


@contextmanager
def _environment(context: Context, **settings: str) -> Iterator[Mapping[str, str]]:
    """Of processes that book: a migrated database and a Redis."""
    with context.system(only=("redis",), seed=False, env=settings) as system:
        yield system.environment | {"DJANGO_SETTINGS_MODULE": "booking_site.settings", "LOG_LEVEL": "WARNING"}


def _told_by(module: str, environment: Mapping[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=BASE_DIR, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def _measured(where: str, found: Mapping[str, Any]) -> Measurement:
    ours, bare = found["ours"], found["bare"]
    return Measurement(
        value=ours["per_second"], unit="bookings/s", p50_ms=ours["p50_ms"], p99_ms=ours["p99_ms"],
        conditions=f"{creating.BOOKINGS} bookings through the service by {creating.PROCESSES} processes, each for another "
        f"client, of {creating.SPECIALISTS} specialists, {creating.BEFORE} bookings before; {where}; longest "
        f"{ours['longest_ms']:.0f} ms, CPU {ours['cpu_ms']:.1f} ms a booking, refused: {ours['refused'] or 'none'}; "
        f"peer writes the same rows and asks nothing: p99 {bare['p99_ms']:.1f} ms, longest {bare['longest_ms']:.0f} "
        f"ms, CPU {bare['cpu_ms']:.1f} ms, refused: {bare['refused'] or 'none'}",
        peer=Peer("bare Django transaction of the same rows", bare["per_second"]),
    )  # fmt: skip
