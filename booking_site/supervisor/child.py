"""One process of the Procfile while it runs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from booking_site.env import BASE_DIR
from booking_site.supervisor.procfile import ProcessSpec
from booking_site.supervisor.watchdog import alive, signal_group

Emit = Callable[[str, str], None]

# A process that lives shorter than this gets longer and longer pauses before its next start.
HEALTHY_SECONDS = 10.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0


def describe_end(returncode: int) -> str:
    """How a process ended, for a person."""
    if returncode >= 0:
        return f"ended with status {returncode}"
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return f"was ended by {name}"


@dataclass
class Child:
    """A process in a session of its own, so that all it starts in turn can be ended with it."""

    spec: ProcessSpec
    emit: Emit
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=15))
    _quick_ends: int = 0
    _reader: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def start(self, environment: Mapping[str, str]) -> int:
        """Start it. Returns its process id, which is its group's id as well."""
        self.process = subprocess.Popen(  # noqa: S602 - the Procfile is ours and is written for a shell
            f"exec {self.spec.command}",
            shell=True,
            cwd=BASE_DIR,
            env={**environment, "HONCHO_PROCESS_NAME": self.spec.instance},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.started_at, self.restart_at = time.monotonic(), None
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        return self.process.pid

    def _read(self, process: "subprocess.Popen[str]") -> None:
        if process.stdout is not None:
            for line in process.stdout:
                self.last_lines.append(line.rstrip())
                self.emit(self.spec.instance, line.rstrip())

    def reap(self) -> int | None:
        """The exit status when it has just ended; then nothing of its group is left either."""
        if self.process is None or self.process.returncode is not None:
            return None
        returncode = self.process.poll()
        if returncode is None:
            return None
        signal_group(self.process.pid, signal.SIGKILL)
        lived = time.monotonic() - self.started_at
        self._quick_ends = 0 if lived >= HEALTHY_SECONDS else self._quick_ends + 1
        return returncode

    def pause_before_restart(self) -> float:
        """Seconds to wait before it is started again."""
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** max(0, self._quick_ends - 1))

    def terminate(self) -> None:
        """Ask it to end. The signal goes to the process alone: it knows how to end what it started."""
        if self.running and self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and all of its group at once."""
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGKILL)

    def gone(self) -> bool:
        """Whether neither it nor anything of its group exists."""
        if self.process is None:
            return True
        self.process.poll()
        return not alive(self.process.pid)

    def drain(self) -> None:
        """Wait until its last words have been read."""
        if self._reader is not None and self._reader.ident != threading.get_ident():
            self._reader.join(timeout=1)


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of all processes: this interpreter's tools first on PATH, output as it is written."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),  # noqa: PTH120
        "PYTHONUNBUFFERED": "1",
        # Eight lines from each worker about being root, which inside a container says nothing new.
        "PYTHONWARNINGS": "ignore::Warning:celery.platforms",
        **extra,
    }
