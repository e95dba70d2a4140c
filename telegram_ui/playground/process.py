"""The playground as a process of its own: serving until a signal, and starting one from tests and benchmarks."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Self

import uvloop

from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.server import PlaygroundServer

_READY = "Playground on "
_PATIENCE = 10


def serve(
    server: PlaygroundServer, say: Callable[[str], None], once_up: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, and run ``once_up`` when it listens.

    Raises:
        OSError: the port is taken.
    """
    # Messages are many small objects that stay: looking through them for garbage again and again costs a third.
    gc.set_threshold(100_000, 50, 100)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(server, say, once_up))


async def _serve(
    server: PlaygroundServer, say: Callable[[str], None], once_up: Callable[[], Awaitable[None]] | None
) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with server:
        say(f"{_READY}{server.url}")
        if once_up is not None:
            await once_up()
        await stop.wait()


def end_with_stdin() -> None:
    """SIGTERM to this process when its standard input closes: nobody is left who would send one."""

    def watch() -> None:
        # The descriptor itself: a thread inside sys.stdin's buffer would trip the interpreter's shutdown.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


class PlaygroundProcess:
    """A playground in memory, in a child process, for load tests; ``with`` starts and stops it."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.client: PlaygroundClient

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "telegram_ui.playground", self._token, "0", "--while-stdin-open"]
        self._process = subprocess.Popen(  # noqa: S603 - this package itself
            command,
            stdin=subprocess.PIPE,  # closes when this process is gone, however it went, and the playground ends
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        line = self._process.stdout.readline()
        if not line.startswith(_READY):
            raise RuntimeError("the playground did not start")
        self.url = line.removeprefix(_READY).strip()
        self.client = PlaygroundClient(self.url)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=_PATIENCE)
