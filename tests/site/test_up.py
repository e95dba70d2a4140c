"""One command starts the whole system, and one signal ends it with nothing left."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from booking_site.env import BASE_DIR
from booking_site.supervisor.ports import PortSetting, free_port, port_problems
from booking_site.supervisor.readiness import fetch
from booking_site.testing.system import SystemUnderTest, clean_environment
from tests import template

# Enough to see every kind of process; each one more costs seconds.
SMALL = ("worker_updates", "worker_broadcast", "flower", "playground")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For the data of a system whose database is migrated: that takes as long as two processes need to start, and the
    systems of other tests begin with nothing.
    """
    template.copy_to(tmp_path / "data" / "booking.sqlite3")
    return tmp_path


def left_running(folder: Path) -> list[str]:
    """Processes whose environment points at this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("DATA_DIR", "").startswith(str(folder)) and process.status() != "zombie":
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def runs(pid: int) -> bool:
    """A zombie that nobody has collected does not run."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_one_line_with_its_setting(taken_port: int) -> None:
    wanted = [PortSetting("PORT", "127.0.0.1", free_port()), PortSetting("FLOWER_PORT", "127.0.0.1", taken_port)]
    assert port_problems(wanted) == [
        f"FLOWER_PORT: port {taken_port} is taken; free it, or set FLOWER_PORT to another"
    ]


def test_two_settings_cannot_share_a_port() -> None:
    port = free_port()
    wanted = [PortSetting("PORT", "127.0.0.1", port), PortSetting("REDIS_PORT", "127.0.0.1", port)]
    assert port_problems(wanted) == [f"REDIS_PORT: port {port} is also PORT; choose another"]


def run_up(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=BASE_DIR, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.system
def test_nothing_starts_when_a_port_is_taken(taken_port: int, tmp_path: Path) -> None:
    done = run_up(clean_environment(tmp_path) | {"PORT": str(taken_port)})
    assert done.returncode != 0
    assert done.stderr.splitlines() == [
        f"CommandError: PORT: port {taken_port} is taken; free it, or set PORT to another"
    ]
    assert left_running(tmp_path) == []


@pytest.mark.system
@pytest.mark.timeout(300)
def test_the_life_of_a_system(folder: Path) -> None:
    """One story, because each start costs seconds: ready, a second start refused, a killed process back, ended by a
    signal.
    """
    system = SystemUnderTest(folder, without=SMALL, seed=False)
    try:
        system.start()
        assert fetch(f"{system.web_url}/healthz")[0] == 200
        login = f"admin / {re.escape(system.secrets['ADMIN_PASSWORD'])}"
        assert re.search(rf"Admin site +{re.escape(system.web_url)}/admin/ +{login}\n", system.log_tail())

        second = run_up(system.environment)
        assert second.returncode != 0
        assert second.stderr.count("\n") == 1
        assert f"DATA_DIR: {system.data_dir} is in use by another run" in second.stderr

        killed = system.kill("beat.1")
        assert system.wait_restarted("beat.1", killed) != killed
        assert "beat.1 was ended by SIGKILL; starting it again in 0.5 s" in system.log_tail()
        assert "web.1" in system.pids()

        assert system.stop(timeout=10) == 0
        assert left_running(folder) == []
    finally:
        system.stop()


@pytest.mark.system
@pytest.mark.timeout(300)
def test_however_it_is_killed_the_next_start_finds_its_data_and_nobody_left(folder: Path) -> None:
    """Another story, in one folder: killed whole, then its supervisor alone, then that and those who watch over it."""
    with SystemUnderTest(folder, only=("redis",), seed=False) as system:
        with system.redis() as client:
            client.set("kept", "yes")
            client.waitaof(1, 0, 2000)
        system.kill_everything()

    with SystemUnderTest(folder, only=("redis", "web", "beat"), seed=False) as system:
        with system.redis() as client:
            assert client.get("kept") == "yes"
        children = [psutil.Process(pid) for pid in system.pids().values()]
        os.kill(system.state()["up"], signal.SIGKILL)
        _gone, alive = psutil.wait_procs(children, timeout=10)
        assert [" ".join(process.cmdline()) for process in alive] == []

    with SystemUnderTest(folder, only=("redis",), seed=False) as system:
        (orphan,) = system.pids().values()
        up = psutil.Process(system.state()["up"])
        for process in up.children():
            if "watchdog.py" in str(process.cmdline()):
                process.kill()
        up.kill()
        system.wait_for(system.ended, timeout=5, what="the killed supervisor to be gone")
        assert runs(orphan)
        system.start()
        assert not runs(orphan)
        assert "ended 1 processes that an earlier run had left behind" in system.log_tail()
        assert system.stop() == 0
