"""Processor time of a process and all it has started: what a number costs, however busy the machine is otherwise."""

import os
from pathlib import Path

from booking_site.testing.system import SystemUnderTest


def busy() -> str:
    """How busy the machine was meanwhile, our own load included, in words."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


class Cpu:
    """Seconds of processor time that one line of the Procfile has used from now on. 0 where there is no /proc."""

    def __init__(self, system: SystemUnderTest, name: str) -> None:
        self._groups = set(system.pids(name).values())
        self._before = self._seconds()

    def used(self) -> float:
        return self._seconds() - self._before

    def _seconds(self) -> float:
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(fields[2]) in self._groups:  # the supervisor makes each process the head of its group
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")
