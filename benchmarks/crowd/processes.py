"""Processes that are forked ready to go, start at the same moment, and say how each of their attempts went."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from django.db import connection, connections

from benchmarks.crowd.attempts import Attempt, Told, Wish, told_by
from booking_site.lib import redis_client
from booking_site.lib.garbage import spare_the_collector

PATIENCE_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Run:
    """``told`` in the order of the wishes; ``cpu_seconds`` of all processes together."""

    told: Sequence[Told]
    seconds: float
    cpu_seconds: float


def run(
    wishes: Sequence[Wish],
    attempt: Attempt,
    *,
    processes: int,
    before: Callable[[], None] | None = None,
) -> Run:
    """Share ``wishes`` out among so many processes and let them go at once; each makes its attempts one after another.

    ``before`` runs in each process first.
    """
    connections.close_all()  # a connection must not be shared with a child
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(processes + 1)
    pipes: list[Connection] = []
    children = []
    for number in range(processes):
        here, there = context.Pipe(duplex=False)
        child = context.Process(
            target=_work, args=(wishes[number::processes], attempt, ready, there, before), daemon=True
        )
        child.start()
        pipes.append(here)
        children.append(child)
    ready.wait(PATIENCE_SECONDS)
    began = time.perf_counter()
    answers = [pipe.recv() for pipe in pipes]
    seconds = time.perf_counter() - began
    for child in children:
        child.join()
    told: list[Told] = [answers[n % processes][0][n // processes] for n in range(len(wishes))]
    return Run(told, seconds, sum(cpu for _told, cpu in answers))


def _work(
    wishes: Sequence[Wish],
    attempt: Attempt,
    ready: Barrier,
    answer: Connection,
    before: Callable[[], None] | None,
) -> None:
    if before is not None:
        before()
    connection.ensure_connection()
    redis_client.client().ping()
    spare_the_collector()  # as the processes do that book in earnest
    ready.wait(PATIENCE_SECONDS)
    began = _cpu()
    told = [told_by(attempt, wish) for wish in wishes]
    answer.send((told, _cpu() - began))
    connections.close_all()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
