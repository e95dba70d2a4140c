"""A server to compare with, as a child process."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.ending import end

_PATIENCE = 30.0


@contextmanager
def serving(module: str, port: int, *arguments: str, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run ``python -m benchmarks.peers.<module> PORT …`` while the block runs; it answers on ``port`` by then.

    Raises:
        RuntimeError: it ended, or did not listen in time.
    """
    command = [sys.executable, "-m", f"benchmarks.peers.{module}", str(port), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=dict(env) if env is not None else None)
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{module} does not answer")
            time.sleep(0.05)
        yield
    finally:
        end(process)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
