"""The one list of processes, and which of them this run needs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from honcho.environ import parse_procfile

from booking_site.env import BASE_DIR, Env

REDIS = "redis"
#: It asks nothing of the database, and starts while that is made ready.
WITHOUT_DATABASE = ("playground",)


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process to run. ``name`` is the line of the Procfile, ``instance`` is ``name.1``, ``name.2`` …"""

    name: str
    instance: str
    command: str


def read_procfile() -> dict[str, str]:
    """The command of each process, in the order of the file."""
    return dict(parse_procfile((BASE_DIR / "Procfile").read_text()).processes)


def not_needed(env: Env, *, uses_playground: bool) -> set[str]:
    """Processes that the settings make superfluous."""
    left_out = set()
    if env.redis_url:
        left_out.add(REDIS)
    if not uses_playground:
        left_out.add("playground")
    if env.telegram_mode != "polling":
        left_out.add("poller")
    return left_out


def choose_processes(*, without: Collection[str], scale: Mapping[str, int]) -> Iterator[ProcessSpec]:
    """The processes to run; ``scale`` says how many of a name, one by default.

    Raises:
        ImproperlyConfigured: a name that the Procfile does not have.
    """
    commands = read_procfile()
    for name in {*without, *scale} - set(commands):
        raise ImproperlyConfigured(f"{name}: no such process; the Procfile has {', '.join(commands)}")
    for name, command in commands.items():
        if name not in without:
            for index in range(1, scale.get(name, 1) + 1):
                yield ProcessSpec(name, f"{name}.{index}", command)
