"""What can be measured and destroyed, by name, and the shapes of the answers."""

import importlib
import os
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import benchmarks
from booking_site.testing.system import PORTS, SystemUnderTest

# The parts of this package that register nothing.
_OWN = {"registry", "runner", "report", "__main__"}


@dataclass(frozen=True, slots=True)
class Peer:
    """Something known, measured in the same run on the same machine; ``value`` in the unit of the measurement."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of ``results.json``. ``name`` is filled in by the runner when empty."""

    value: float
    unit: str
    conditions: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    peer: Peer | None = None
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape of ``results.json``; numbers rounded to what was really measured."""
        shape: dict[str, Any] = {"name": self.name, "value": _round(self.value), "unit": self.unit}
        shape |= {"p50_ms": _round(self.p50_ms)}
        shape |= {"p95_ms": _round(self.p95_ms)} if self.p95_ms is not None else {}
        shape |= {
            "p99_ms": _round(self.p99_ms),
            "peer": {"name": self.peer.name, "value": _round(self.peer.value)} if self.peer else None,
            "ratio": round(self.value / self.peer.value, 3) if self.peer and self.peer.value else None,
            "conditions": self.conditions,
        }
        return shape


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of ``chaos.json``. ``lost``, ``reordered`` and ``double_booked`` must be 0."""

    load: str
    faults: str
    lost: int = 0
    reordered: int = 0
    duplicated: int = 0
    double_booked: int = 0
    recovery_s: float | None = None
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape of ``chaos.json``."""
        return {
            "name": self.name, "load": self.load, "faults": self.faults, "lost": self.lost,
            "reordered": self.reordered, "duplicated": self.duplicated, "double_booked": self.double_booked,
            "recovery_s": _round(self.recovery_s),
        }  # fmt: skip

    def broken_promises(self) -> list[str]:
        """What must be 0 and is not."""
        promises = {"lost": self.lost, "reordered": self.reordered, "double_booked": self.double_booked}
        return [f"{name} {count}" for name, count in promises.items() if count]


@dataclass(frozen=True, slots=True)
class Context:
    """What a run gets. The settings of its own process (``DATA_DIR``, ports) are those of ``system``."""

    folder: Path
    seconds: float
    ports: dict[str, int] = field(default_factory=lambda: {name: int(os.environ[name]) for name in PORTS})

    def system(self, **options: Any) -> SystemUnderTest:
        """The real system in this run's folder and on its ports; start it with ``with``.

        ``only=("redis",)`` gives a migrated database and a Redis for what calls services in its own process.
        """
        return SystemUnderTest(self.folder, ports=self.ports, **options)


Answer = Measurement | Outcome
Run = Callable[[Context], Answer | Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered run, and the seconds after which it is ended by force."""

    name: str
    kind: str
    seconds: float
    run: Run


_entries: dict[tuple[str, str], Entry] = {}


def _register(kind: str, name: str, seconds: float) -> Callable[[Run], Run]:
    def decorate(run: Run) -> Run:
        _entries[kind, name] = Entry(name, kind, seconds, run)
        return run

    return decorate


def benchmark(name: str, *, seconds: float) -> Callable[[Run], Run]:
    """Register a measurement: ``make bench ONLY=name``."""
    return _register("bench", name, seconds)


def scenario(name: str, *, seconds: float) -> Callable[[Run], Run]:
    """Register a destruction: ``make chaos ONLY=name``."""
    return _register("chaos", name, seconds)


def short_form(name: str, *, seconds: float) -> Callable[[Run], Run]:
    """Register what the tests run of a scenario."""
    return _register("short", name, seconds)


def entries(kind: str) -> dict[str, Entry]:
    """All of a kind (``bench``, ``chaos`` or ``short``), by name."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name not in _OWN:
            importlib.import_module(f"benchmarks.{module.name}")
    return {name: entry for (its_kind, name), entry in sorted(_entries.items()) if its_kind == kind}


def _round(value: float | None) -> float | None:
    """Four significant digits: more would pretend to be exact."""
    if value is None or value == 0:
        return value
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded
