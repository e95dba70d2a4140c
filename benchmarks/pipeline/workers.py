"""Workers of ``tg:updates`` that are killed and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks.pipeline import nursery
from booking_site.env import BASE_DIR
from booking_site.supervisor.child import FIRST_PAUSE

READY = "chaos:ready"


@dataclass(frozen=True, slots=True)
class Kill:
    """``at`` is Unix time; ``held``: chats the worker had a lease on."""

    at: float
    pid: int
    held: tuple[int, ...]


class WorkersFailed(Exception):
    """They did not come up; the message ends with what they said last."""


@dataclass
class Workers:
    """Real Celery workers; ``with`` makes ready to start them and ends them all.

    Args:
        environment: settings of their processes.
        folder: for their log.
        redis: a client that decodes, of the Redis they use.
    """

    environment: Mapping[str, str]
    folder: Path
    redis: Any
    kills: list[Kill] = field(default_factory=list)
    _running: set[int] = field(default_factory=set)
    _due: list[float] = field(default_factory=list)
    _started: int = 0

    def __enter__(self) -> Self:
        self.log = self.folder / "workers.log"
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", nursery.__name__, str(self.log)],
            cwd=BASE_DIR,
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "booking_site.settings"},
            stdin=subprocess.PIPE,  # closes when this process is gone, however it went
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self._nursery.communicate()  # closes its pipe, and it ends them all

    def _ask(self, line: str) -> str:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(line + "\n")
        self._nursery.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline().strip()

    def start(self, count: int) -> None:
        """Start so many more and return when they are up.

        Raises:
            WorkersFailed: they ended by themselves, or were not up a minute after the last one was started.
        """
        if not self._started and self._answer() != nursery.READY:
            raise WorkersFailed("the nursery did not start")
        fresh = {self._start_one() for _ in range(count)}
        deadline = time.monotonic() + 60
        while not fresh <= self.up():
            if time.monotonic() > deadline:
                raise WorkersFailed(f"waited a minute for workers to come up\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def _start_one(self) -> int:
        self._started += 1
        pid = int(self._ask(f"start chaos.{self._started}"))
        self._running.add(pid)
        return pid

    def up(self) -> set[int]:
        """Process ids of those that consume."""
        return {int(pid) for pid in self.redis.smembers(READY)} & self._running

    def kill_one(self) -> int:
        """SIGKILL to one at random, be it still coming up. Returns its process id."""
        victim = random.choice(sorted(self._running))
        self.kill(victim)
        return victim

    def kill(self, victim: int) -> Kill:
        """SIGKILL to this one."""
        os.kill(victim, signal.SIGSTOP)  # so that what it holds is what it held when it died
        held = tuple(self._held(victim))
        os.kill(victim, signal.SIGKILL)
        kill = Kill(time.time(), victim, held)
        self.kills.append(kill)
        self.wait(victim)
        self._due.append(time.monotonic() + FIRST_PAUSE)
        return kill

    def kill_all(self) -> None:
        """SIGKILL to all of them; none is replaced."""
        for pid in list(self._running):
            os.kill(pid, signal.SIGKILL)
            self.wait(pid)
        self._due.clear()

    def terminate(self, pid: int) -> None:
        """Ask this one to end, as a supervisor does."""
        os.kill(pid, signal.SIGTERM)

    def replace(self) -> None:
        """Start again what was killed so long ago as the supervisor pauses at first."""
        now = time.monotonic()
        for due in [due for due in self._due if due <= now]:
            self._due.remove(due)
            self._start_one()

    def wait(self, pid: int) -> int:
        """Wait for the end of one. Returns its exit status, negative for the signal that ended it."""
        status = int(self._ask(f"wait {pid}"))
        self._running.discard(pid)
        return status

    def _held(self, pid: int) -> list[int]:
        chats = self.redis.zrange("tg:updates:leases", 0, -1)
        pipe = self.redis.pipeline(transaction=False)
        for chat in chats:
            pipe.hget(f"tg:updates:state:{chat}", "token")
        tokens = pipe.execute()
        return [int(chat) for chat, token in zip(chats, tokens, strict=True) if str(token).startswith(f"{pid}-")]
