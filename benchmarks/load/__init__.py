"""Load from a process of its own, so that what is measured does not share an interpreter with what measures."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.load.plan import Plan


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a plan. ``statuses`` counts answers by HTTP status, 0 for connections that broke.

    ``began`` is the wall clock (Unix seconds) of the first request; latencies in milliseconds.
    """

    answered: int
    accepted: int
    seconds: float
    p50_ms: float
    p99_ms: float
    began: float
    statuses: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.accepted / self.seconds


def send(plan: Plan, *, patience: float = 100.0) -> Load:
    """Carry out ``plan`` against a running server.

    Raises:
        RuntimeError: not every request was answered with 200; the message tells the statuses.
        subprocess.TimeoutExpired: not done within ``patience`` seconds.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.generator"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the load generator failed: {done.stderr.strip()[-500:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    load = Load(**answer)
    if load.accepted != plan.count:
        raise RuntimeError(f"{load.accepted} of {plan.count} updates were accepted: {load.statuses}")
    return load
