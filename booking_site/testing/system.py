"""The real system, started for a test, a benchmark or a chaos run, and killed piece by piece when asked.

It runs ``manage.py up`` itself: embedded Valkey, web, workers, beat and the rest, on free ports, with its data in a
folder of its own. Whatever happens to the caller, nothing keeps running.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis

from booking_site.env import BASE_DIR
from booking_site.supervisor.ports import free_port
from booking_site.supervisor.procfile import read_procfile
from booking_site.supervisor.readiness import fetch
from booking_site.supervisor.run_state import RunFolder
from booking_site.supervisor.watchdog import alive, signal_group

# Only these of the caller's environment reach the system: a developer's own settings must not change a measurement.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TZ", "USER")


PORTS = ("PORT", "FLOWER_PORT", "PLAYGROUND_PORT", "REDIS_PORT")


def clean_environment(folder: Path, ports: Mapping[str, int] | None = None) -> dict[str, str]:
    """Settings of a system whose data is in ``folder``, on free ports unless given, with nothing from a ``.env``."""
    chosen = ports or {name: free_port() for name in PORTS}
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "APP_ENV": "development",
        "DATA_DIR": str(folder / "data"),
        "ENV_FILE": os.devnull,
        **{name: str(port) for name, port in chosen.items()},
    }


class SystemFailed(Exception):
    """It did not start, or ended by itself; the message ends with the last lines of its log."""


class SystemUnderTest:
    """A running system.

    Args:
        folder: for its data and its log; may be the folder of an earlier one, whose data is then found again.
        scale: how many of a process of the Procfile, for instance ``{"worker_updates": 2}``.
        without: processes to leave out, for instance ``("flower",)``.
        only: the processes to start, all others are left out.
        ports: the ports of ``PORTS`` by their names; free ones when not given.
        env: further settings, by their names in the environment; ``DATABASE_URL`` for PostgreSQL.
        seed: fill an empty database with the demo business.
    """

    def __init__(
        self,
        folder: Path,
        *,
        scale: Mapping[str, int] | None = None,
        without: Sequence[str] = (),
        only: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        seed: bool = True,
    ) -> None:
        self.folder = folder
        self.data_dir = folder / "data"
        self.log = folder / "up.log"
        self.environment = clean_environment(folder, ports) | dict(env or {})
        self.ports = {name: int(self.environment[name]) for name in PORTS}
        left_out = set(read_procfile()) - set(only) if only else set(without)
        self._arguments = [
            "--without", ",".join(sorted(left_out)),
            "--scale", ",".join(f"{name}={count}" for name, count in (scale or {}).items()),
            *([] if seed else ["--no-seed"]),
        ]  # fmt: skip
        self._arguments.append("--while-stdin-open")
        self._up: subprocess.Popen[bytes] | None = None

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['PORT']}"

    @property
    def playground_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['PLAYGROUND_PORT']}"

    @property
    def flower_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['FLOWER_PORT']}"

    @property
    def redis_url(self) -> str:
        return self.environment.get("REDIS_URL") or f"redis://127.0.0.1:{self.ports['REDIS_PORT']}/0"

    @property
    def secrets(self) -> dict[str, str]:
        """SECRET_KEY, TELEGRAM_WEBHOOK_SECRET, FLOWER_PASSWORD and ADMIN_PASSWORD of this system."""
        stored: dict[str, str] = json.loads((self.data_dir / "secrets.json").read_text())
        return stored

    def start(self, timeout: float = 240.0) -> None:
        """Start it and wait until it is ready.

        Raises:
            SystemFailed: it ended, or was not ready in time; nothing is left running then.
        """
        self.launch()
        try:
            self.wait_for(self.is_up, timeout=timeout, what="the system to be ready")
        except BaseException:
            self.stop()
            raise

    def launch(self) -> None:
        """Start it without waiting.

        Raises:
            SystemFailed: it runs already.
        """
        if not self.ended():
            raise SystemFailed("it runs already")
        self._forget()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._up = subprocess.Popen(
                [sys.executable, "manage.py", "up", *self._arguments],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.PIPE,  # closes when this process is gone, however it went
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ended(self) -> bool:
        """Whether ``manage.py up`` is not running, never started or ended or killed."""
        return self._up is None or self._up.poll() is not None

    def _forget(self) -> None:
        if self._up is not None:
            self._up.communicate()  # closes its pipe
        self._up = None

    def state(self) -> dict[str, Any]:
        """``{"ready": bool, "processes": {"web.1": pid, …}}`` as the supervisor last wrote it."""
        return RunFolder(self.data_dir / "run").read()

    def is_up(self) -> bool:
        """Whether it has become ready.

        Raises:
            SystemFailed: it has ended.
        """
        if self._up is None or self.ended():
            raise SystemFailed(f"the system has ended\n{self.log_tail()}")
        return bool(self.state().get("ready")) and self.state().get("up") == self._up.pid

    def is_ready(self) -> bool:
        """Whether /readyz says so right now."""
        try:
            return fetch(f"{self.web_url}/readyz")[0] == 200  # noqa: PLR2004
        except OSError:
            return False

    def wait_for(self, condition: Any, *, timeout: float, what: str, pause: float = 0.05) -> None:
        """Ask ``condition()`` again and again until it holds.

        Raises:
            SystemFailed: not within ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise SystemFailed(f"waited {timeout:g} s for {what}\n{self.log_tail()}")
            time.sleep(pause)

    def pids(self, name: str = "") -> dict[str, int]:
        """Instance → process id of what runs; of one line of the Procfile when named."""
        found: dict[str, int] = self.state().get("processes", {})
        return {instance: pid for instance, pid in found.items() if not name or instance.split(".")[0] == name}

    def kill(self, instance: str, *, number: int = signal.SIGKILL) -> int:
        """Send a signal to a process and all it has started. Returns its id. The supervisor starts it again.

        Raises:
            KeyError: no such instance runs right now.
        """
        pid = self.pids()[instance]
        if number == signal.SIGKILL:
            signal_group(pid, number)
        else:
            os.kill(pid, number)
        return pid

    def wait_restarted(self, instance: str, old_pid: int, *, timeout: float = 30.0) -> int:
        """Wait until ``instance`` runs with another process id, and return that."""
        self.wait_for(
            lambda: self.pids().get(instance, old_pid) != old_pid,
            timeout=timeout,
            what=f"{instance} to start again",
        )
        return self.pids()[instance]

    def kill_everything(self) -> None:
        """SIGKILL to the whole tree at once, as a power cut would; ``start`` then brings it back with its data."""
        groups = list(self.pids().values())
        if self._up is not None:
            signal_group(self._up.pid, signal.SIGKILL)
            self._forget()
        for group in groups:
            signal_group(group, signal.SIGKILL)
        self.wait_for(lambda: not any(map(alive, groups)), timeout=10, what="killed processes to be gone")

    def stop(self, timeout: float = 12.0) -> int | None:
        """End it as Ctrl-C does. Returns its exit status, None when it did not run."""
        if self._up is None:
            return None
        groups = list(self.pids().values())
        if self._up.poll() is None:
            self._up.send_signal(signal.SIGTERM)
        try:
            status = self._up.wait(timeout)
        except subprocess.TimeoutExpired:
            self._up.kill()
            status = self._up.wait()
        for group in groups:
            signal_group(group, signal.SIGKILL)
        self._forget()
        return status

    def manage(
        self, *arguments: str, check: bool = True, timeout: float = 120.0
    ) -> "subprocess.CompletedProcess[str]":
        """Run a ``manage.py`` command with this system's settings."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=check,
        )

    @contextmanager
    def redis(self) -> Iterator[redis.Redis]:
        """A client of this system's Redis."""
        with redis.Redis.from_url(self.redis_url, decode_responses=True) as client:
            yield client

    def log_tail(self, lines: int = 40) -> str:
        """The end of what all processes have printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
