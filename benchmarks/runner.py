"""Runs each entry in a process of its own, within its time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.registry import Answer, Context, Entry, Measurement, Outcome, entries
from booking_site.env import BASE_DIR
from booking_site.supervisor.watchdog import end_groups
from booking_site.testing.system import clean_environment
from telegram_ui.playground.process import end_with_stdin


class Failed(Exception):
    """A run did not give an answer; the message says why in one line."""


def run_all(kind: str, only: Sequence[str]) -> int:
    """Run them, print the table, write the file. Returns the exit status: 1 when one failed or broke a promise."""
    known = entries(kind)
    unknown = [name for name in only if name not in known]
    if unknown:
        print(f"ONLY: no such name: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = [known[name] for name in only] if only else list(known.values())
    lines: list[dict[str, Any]] = []
    problems: list[str] = []
    for entry in chosen:
        print(f"{entry.name} (at most {entry.seconds:g} s) ...", flush=True)
        try:
            answers = run_in_a_process(entry)
        except Failed as error:
            problems.append(f"{entry.name}: {error}")
            continue
        lines += answers["lines"]
        problems += answers["broken"]
        report.merge(kind, answers["lines"])  # at once: a later one may run for minutes
    if lines:
        print(f"\n{report.table(kind, lines)}\n\n{report.FILES[kind][0].relative_to(BASE_DIR)}")
    for problem in problems:
        print(f"FAILED  {problem}", file=sys.stderr)
    return 1 if problems else 0


def run_in_a_process(entry: Entry) -> dict[str, Any]:
    """What ``entry`` answers: ``lines`` for the file, ``broken`` promises in words.

    Raises:
        Failed: it gave no answer.
    """
    with tempfile.TemporaryDirectory(prefix="booking-") as folder:
        answer = Path(folder) / "answer.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks", "one", entry.kind, entry.name, str(answer)],
            cwd=BASE_DIR,
            env=clean_environment(Path(folder)) | {"BENCH_SECONDS": str(entry.seconds)},
            stdin=subprocess.PIPE,  # closes when this process is gone, however it went
            start_new_session=True,
        )
        try:
            status = process.wait(entry.seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"not done within {entry.seconds:g} s") from None
        finally:
            # Whatever it started hangs on its life, or is in its group.
            end_groups({process.pid}, grace_seconds=10)
            process.communicate()
        if status != 0 or not answer.exists():
            raise Failed(f"ended with status {status}; see above")
        found: dict[str, Any] = json.loads(answer.read_text())
        return found


def run_one(kind: str, name: str, answer: Path) -> None:
    """Inside the process of its own: run it and write what it says."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `with` blocks end what they started
    end_with_stdin()
    entry = entries(kind)[name]
    began = time.monotonic()
    given = entry.run(Context(folder=answer.parent, seconds=float(os.environ["BENCH_SECONDS"])))
    answers: list[Answer] = [given] if isinstance(given, Measurement | Outcome) else list(given)
    named = [replace(one, name=one.name or name) for one in answers]
    broken = [
        f"{one.name}: {promise}" for one in named if isinstance(one, Outcome) for promise in one.broken_promises()
    ]
    answer.write_text(json.dumps({"lines": [one.as_json() for one in named], "broken": broken}))
    print(f"{name} took {time.monotonic() - began:.0f} s", flush=True)
