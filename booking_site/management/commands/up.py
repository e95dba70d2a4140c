"""The whole system with one command."""

import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from booking_site.supervisor import announce, readiness
from booking_site.supervisor.addresses import browser_url
from booking_site.supervisor.child import child_environment
from booking_site.supervisor.ports import port_problems
from booking_site.supervisor.prepare import ports_of, prepare_database
from booking_site.supervisor.procfile import REDIS, WITHOUT_DATABASE, ProcessSpec, choose_processes, not_needed
from booking_site.supervisor.run_state import AlreadyRunning, RunFolder
from booking_site.supervisor.supervisor import UP, NeverCameUp, Supervisor

READY_SECONDS = 300.0  # a machine busy with other things needs longer than a person would expect
TICK_SECONDS = 0.1
PROBE_TICKS = 3  # each question costs the starting processes some time


class Stopped(Exception):
    """A signal asked for the end."""


class Command(BaseCommand):
    help = "Start everything the Procfile lists, wait until it is ready, and keep it running until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options for tests and benchmarks; a plain start needs none."""
        parser.add_argument("--without", default="", help="processes to leave out, comma separated")
        parser.add_argument("--scale", default="", help="how many of a process: worker_updates=2,worker_events=3")
        parser.add_argument("--while-stdin-open", action="store_true", help="end when standard input is closed")
        parser.add_argument("--no-seed", action="store_true", help="leave an empty database empty")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until a signal.

        Raises:
            CommandError: one line for each reason why it cannot start.
        """
        self._began = time.monotonic()
        self._print_lock = threading.Lock()
        self._width = len(UP)
        self._stop = threading.Event()
        if options["while_stdin_open"]:
            threading.Thread(target=self._watch_stdin, daemon=True).start()
        folder = RunFolder(settings.ENV.data_dir / "run")
        try:
            specs = self._choose(options)
            with folder.lock():
                self._run(specs, folder, seed=not options["no_seed"])
        except (AlreadyRunning, ImproperlyConfigured, NeverCameUp) as error:
            raise CommandError(str(error)) from None

    def _choose(self, options: dict[str, Any]) -> list[ProcessSpec]:
        left_out = {name for name in options["without"].split(",") if name}
        left_out |= not_needed(settings.ENV, uses_playground=settings.TELEGRAM_USES_PLAYGROUND)
        try:
            scale = {
                name: int(count)
                for name, count in (pair.split("=") for pair in options["scale"].split(",") if pair)
            }
        except ValueError:
            raise CommandError("--scale: write it as worker_updates=2,worker_events=3") from None
        return list(choose_processes(without=left_out, scale=scale))

    def _run(self, specs: list[ProcessSpec], folder: RunFolder, *, seed: bool) -> None:
        names = {spec.name for spec in specs}
        self._width = max(len(spec.instance) for spec in specs)
        left_over = folder.end_left_overs()
        if left_over:
            self._emit(UP, f"ended {left_over} processes that an earlier run had left behind")
        problems = port_problems(ports_of(settings.ENV, names))
        if problems:
            raise CommandError("\n".join(problems))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        extra = {"APP_ENV": settings.ENV.app_env, "DATA_DIR": str(settings.ENV.data_dir)}
        supervisor = Supervisor(specs, environment=child_environment(extra), folder=folder, emit=self._emit)
        try:
            self._start(supervisor, names, seed=seed)
            while not self._stop.wait(TICK_SECONDS):
                supervisor.tick()
        except Stopped:
            pass
        finally:
            # A second Ctrl-C of an impatient person must not leave half of them running.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self._emit(UP, "stopping")
            supervisor.stop()
            self._emit(UP, "stopped")

    def _start(self, supervisor: Supervisor, names: set[str], *, seed: bool) -> None:
        if REDIS in names:
            supervisor.start(REDIS)
        supervisor.start(*WITHOUT_DATABASE)
        self._wait(supervisor, [lambda: readiness.redis_problem(settings.REDIS_URL)])
        login = prepare_database(seed=seed, say=lambda line: self._emit(UP, line))
        supervisor.start()
        self._wait(supervisor, [probe.problem for probe in self._probes(names)])
        found = announce.rows(admin_login=login, running=names)
        took = time.monotonic() - self._began
        self._print(f"\n{announce.table(found)}\n\n  Ready in {took:.0f} s. Ctrl-C ends everything.\n")
        supervisor.mark_ready()

    def _probes(self, names: set[str]) -> list[readiness.Probe]:
        env = settings.ENV
        ok = frozenset({200})
        found = []
        if "web" in names:
            complete = names >= {"worker_updates", "worker_events", "worker_broadcast", "beat"}
            path = "readyz" if complete else "healthz"
            found.append(readiness.Probe("web", browser_url(env.host, env.port) + path, ok))
        if "flower" in names:
            # 401 is Flower asking for the password.
            found.append(readiness.Probe("flower", browser_url(env.host, env.flower_port), ok | {401}))
        if "playground" in names:
            found.append(readiness.Probe("playground", browser_url(env.host, env.playground_port), ok))
        return found

    def _wait(self, supervisor: Supervisor, problems: list[Any]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while found := [problem for check in problems if (problem := check())]:
            if time.monotonic() > deadline:
                raise NeverCameUp(f"not ready after {READY_SECONDS:.0f} s; " + "; ".join(found))
            for _tick in range(PROBE_TICKS):
                self._pause(supervisor)

    def _pause(self, supervisor: Supervisor) -> None:
        supervisor.tick()
        if self._stop.wait(TICK_SECONDS):
            raise Stopped

    def _on_signal(self, _number: int, _frame: Any) -> None:
        self._stop.set()

    def _watch_stdin(self) -> None:
        # The descriptor itself: a thread inside sys.stdin's buffer would trip the interpreter's shutdown.
        while os.read(0, 1024):
            pass
        self._stop.set()

    def _emit(self, name: str, line: str) -> None:
        if settings.LOGGING["format"] == "json" and name != UP:
            self._print(line)  # it says itself which process it is from
        else:
            self._print(f"{name.ljust(self._width)} | {line}")

    def _print(self, text: str) -> None:
        with self._print_lock:
            try:
                print(text, flush=True)
            except (BrokenPipeError, OSError):
                # The terminal has gone; going on in silence until the signal comes is better than dying halfway.
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
