"""Shared fixtures: a real Valkey for the session, one database number for each xdist worker."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings

from booking_site.embedded_redis import server_command


def free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Valkey server of this test process alone."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("valkey")
    process = subprocess.Popen(
        server_command(port=port, folder=folder, append_only=False), stdout=subprocess.DEVNULL
    )
    url = f"redis://127.0.0.1:{port}/0"
    with redis.Redis.from_url(url) as client:
        client.connection_pool.connection_kwargs["retry"] = None
        deadline = time.monotonic() + 30  # a busy machine takes its time to start a process
        while True:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(autouse=True)
def clean_redis(valkey: str) -> None:
    """Every test starts with an empty Redis."""
    with redis.Redis.from_url(valkey) as client:
        client.flushall()
    settings.REDIS_URL = valkey
