"""Starts the processes, starts again what dies, and ends them all."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from booking_site.supervisor import watchdog
from booking_site.supervisor.child import Child, Emit, describe_end
from booking_site.supervisor.procfile import REDIS, ProcessSpec
from booking_site.supervisor.run_state import RunFolder

# Together less than the 10 s a person, systemd or compose waits: workers finish what is in hand, then Redis writes
# its last second to disk.
STOP_SECONDS = 7.0
STOP_REDIS_SECONDS = 2.0
UP = "up"


class NeverCameUp(Exception):
    """A process ended by itself before the system was ready; the message is for a person."""


class Supervisor:
    """All processes of one run. Not thread-safe: one thread calls ``start``, ``tick`` and ``stop``."""

    def __init__(
        self, specs: Iterable[ProcessSpec], *, environment: Mapping[str, str], folder: RunFolder, emit: Emit
    ) -> None:
        self.children = [Child(spec, emit) for spec in specs]
        self.ready = False
        self._environment = environment
        self._folder = folder
        self._emit = emit
        self._watchdog = self._start_watchdog()

    def _start_watchdog(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            # Straight from its file, isolated: no import of the project, nothing from the current directory.
            [sys.executable, "-I", "-S", str(Path(watchdog.__file__))],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _tell_watchdog(self, line: str) -> None:
        pipe = self._watchdog.stdin
        if pipe is not None and self._watchdog.poll() is None:
            with contextlib.suppress(BrokenPipeError):  # it has just died; the next tick replaces it
                pipe.write(line + "\n")
                pipe.flush()

    def start(self, *names: str) -> None:
        """Start the processes with these names; all that do not run yet when none is given."""
        for child in self.children:
            if not child.running and (not names or child.spec.name in names):
                self._start(child)

    def _start(self, child: Child) -> None:
        group = child.start(self._environment)
        self._tell_watchdog(f"+{group}")
        self._write_state()

    def _write_state(self) -> None:
        running = {child.spec.instance: child.pid for child in self.children if child.running and child.pid}
        self._folder.write(running, ready=self.ready)

    def mark_ready(self) -> None:
        """From now on a process that ends is started again."""
        self.ready = True
        self._write_state()

    def tick(self) -> None:
        """Notice what has ended, and start again what is due.

        Raises:
            NeverCameUp: before ``mark_ready``, when a process ended by itself.
        """
        if self._watchdog.poll() is not None:
            self._watchdog = self._start_watchdog()
            for child in self.children:
                if child.running:
                    self._tell_watchdog(f"+{child.pid}")
        for child in self.children:
            self._tick_child(child)

    def _tick_child(self, child: Child) -> None:
        returncode = child.reap()
        if returncode is not None:
            self._tell_watchdog(f"-{child.pid}")
            ended = f"{child.spec.instance} {describe_end(returncode)}"
            if not self.ready and returncode >= 0:
                child.drain()
                raise NeverCameUp(ended + " before it was ready")
            pause = child.pause_before_restart()
            child.restart_at = time.monotonic() + pause
            self._write_state()
            self._emit(UP, f"{ended}; starting it again in {pause:g} s")
        elif child.restart_at is not None and time.monotonic() >= child.restart_at:
            self._start(child)

    def stop(self) -> None:
        """End everything within 10 seconds: Redis last, because the others still write to it."""
        others = [child for child in self.children if child.spec.name != REDIS]
        _end(others, STOP_SECONDS)
        _end([child for child in self.children if child.spec.name == REDIS], STOP_REDIS_SECONDS)
        for child in self.children:
            if child.pid:
                self._tell_watchdog(f"-{child.pid}")
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        self._watchdog.wait(5)
        self._folder.state_file.unlink(missing_ok=True)


def _end(children: list[Child], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for child in children:
        child.restart_at = None
        child.terminate()
    waiting = list(children)
    while waiting and time.monotonic() < deadline:
        waiting = [child for child in waiting if not child.gone()]
        for child in waiting:
            if not child.running:
                child.kill()  # what a process left behind in its group goes with it
        time.sleep(0.02)
    for child in waiting:
        child.kill()
        if child.process is not None:
            child.process.wait(2)
    for child in children:
        child.drain()
