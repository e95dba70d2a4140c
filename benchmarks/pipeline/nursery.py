"""Starts workers within a moment: it imports everything once, and each worker is a fork of it.

A worker started from nothing spends some five seconds of a core on imports, most of it in aiogram's types. With one
killed every two seconds, a machine of two cores would do nothing else. What a fork then runs is Celery's own worker,
with the arguments of the Procfile.

It takes lines from standard input: ``start NAME`` is answered by a process id, ``wait PID`` by how that one ended.
When the other end of its standard input closes it ends, and whenever it ends, killed or not, all workers end.
"""

import gc
import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path

from booking_site.supervisor.procfile import read_procfile

READY = "ready"


def main(log: Path) -> None:
    """Serve until standard input closes. Returns in every worker that was forked and has come to its end, too."""
    from benchmarks.pipeline.worker import app  # noqa: PLC0415 - takes seconds, and sets Django up

    app.loader.import_default_modules()
    _warm_up()
    gc.freeze()  # a collection in a fork would touch, and so copy, all that was imported
    name = _serve(log)
    if name:
        app.start(_arguments(name))


def _warm_up() -> None:
    """What a worker would otherwise import once it runs."""
    for name in (
        "celery.apps.worker",
        "celery.bin.worker",
        "celery.concurrency.thread",
        "kombu.transport.redis",
        "telegram_ui.station",
        "telegram_ui.worker_step",
    ):
        import_module(name)


def _arguments(name: str) -> list[str]:
    words = read_procfile()["worker_updates"].replace("$HONCHO_PROCESS_NAME", name).split()
    return ["-q", *words[words.index("worker") :]]


def _serve(log: Path) -> str:
    """The name of the worker to be, in a fork; empty at the end of the nursery itself."""
    # Only the nursery holds the writing end: when it is gone, however it went, the reading ends hear of it.
    lifeline, held = os.pipe()
    alive: set[int] = set()
    _say(READY)
    while line := _read_line():
        command, _space, argument = line.partition(" ")
        if command == "start":
            pid = os.fork()
            if pid == 0:
                os.close(held)
                _become_a_worker(lifeline, log)
                return argument
            alive.add(pid)
            _say(str(pid))
        elif command == "wait":
            _pid, status = os.waitpid(int(argument), 0)
            alive.discard(int(argument))
            _say(str(os.waitstatus_to_exitcode(status)))
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return ""


def _read_line() -> str:
    """One line, by the descriptor itself: what a buffer holds would be seen by the forks as well."""
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(0, 1)
        if not read:
            return ""
        line += read
    return line.decode().strip()


def _say(word: str) -> None:
    os.write(1, f"{word}\n".encode())


def _become_a_worker(lifeline: int, log: Path) -> None:
    nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for descriptor, name in ((0, nothing), (1, output), (2, output)):
        os.dup2(name, descriptor)
    os.close(nothing)
    os.close(output)

    def end_with_the_nursery() -> None:
        os.read(lifeline, 1)
        os._exit(1)

    threading.Thread(target=end_with_the_nursery, daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
