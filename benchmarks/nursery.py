"""A process that has imported everything and forks a worker for each order: a real process in milliseconds.

An order is one line of JSON on stdin: ``{"call": dotted path, "args": [...], "workers": n, "dies": [path, when]}``.
All workers start at once; each makes the call, or is killed with SIGKILL before or after the first call of ``dies``.
The answer is one line: their exit statuses, negative for a signal.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import django
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

ROOT = Path(__file__).parents[1]
PROGRAM_BROKE = 70


class Nursery:
    """The caller's side. The workers share its database and Redis, and the Bot API it names."""

    def __init__(self, *, bot_api: str) -> None:
        here = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL, "TELEGRAM_API_URL": bot_api}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.nursery"],
            env=os.environ | here, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, call: str, *args: object, workers: int = 1, dies: tuple[str, str] | None = None) -> list[int]:
        """Exit statuses of ``workers`` processes that each made the call."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"call": call, "args": args, "workers": workers, "dies": dies}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        statuses: list[int] = json.loads(self._process.stdout.readline())
        return statuses

    def close(self) -> None:
        self._process.communicate(timeout=10)


def database_url() -> str:
    """Of the database this process uses, in a test that of the test."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user, password, host = (quote(str(known[name]), safe="") for name in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{user}:{password}@{host}:{known['PORT']}/{known['NAME']}"


def die(*_args: object, **_kwargs: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(real: Callable[..., Any], when: str) -> Callable[..., Any]:
    if when == "before":
        return die

    def after(*args: Any, **kwargs: Any) -> Any:
        outcome = real(*args, **kwargs)
        return _await_and_die(outcome) if hasattr(outcome, "__await__") else die()

    return after


async def _await_and_die(outcome: Any) -> None:
    await outcome
    die()


def _resolve(path: str) -> tuple[Any, str]:
    """The holder of what ``path`` names, and the name in it."""
    owner, _dot, name = path.rpartition(".")
    try:
        return import_module(owner), name
    except ModuleNotFoundError:
        return import_string(owner), name


def _work(order: dict[str, Any]) -> None:
    holder, name = _resolve(order["call"])
    if order["dies"] is None:
        getattr(holder, name)(*order["args"])
        return
    path, when = order["dies"]
    victim, attribute = _resolve(path)
    with patch.object(victim, attribute, _dying(getattr(victim, attribute), when)):
        getattr(holder, name)(*order["args"])


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _work(order)
    except BaseException:  # noqa: BLE001 - the status is all that leaves a forked child
        sys.excepthook(*sys.exc_info())
        os._exit(PROGRAM_BROKE)
    os._exit(0)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
    django.setup()

    import_module("notifications.processing")
    for transport in settings.NOTIFICATION_TRANSPORTS.values():
        import_string(transport)  # or each worker would begin with that, for seconds
    for line in sys.stdin:
        order = json.loads(line)
        workers = [_fork(order) for _ in range(order["workers"])]
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers]), flush=True)


if __name__ == "__main__":
    main()
