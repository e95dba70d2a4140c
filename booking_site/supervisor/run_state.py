"""What a run leaves in the data folder: a lock while it lives, and the list of its processes."""

import fcntl
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from booking_site.supervisor.watchdog import alive, end_groups, signal_group

# What watches over an earlier run may be ending it this very moment.
LEFT_OVER_SECONDS = 6.0


class AlreadyRunning(Exception):
    """Another run uses this data folder; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """``DATA_DIR/run``."""

    path: Path

    @property
    def state_file(self) -> Path:
        return self.path / "up.json"

    def lock(self) -> IO[str]:
        """Hold the lock as long as the returned file is open; a killed process lets go of it.

        Raises:
            AlreadyRunning: somebody else holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        file = (self.path / "up.lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise AlreadyRunning(
                f"DATA_DIR: {self.path.parent} is in use by another run (process {holder}); "
                "stop that one, or set DATA_DIR to another folder"
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        return file

    def write(self, processes: dict[str, int], *, ready: bool) -> None:
        """Replace the list of running processes: instance → process id, which is its group's id too."""
        draft = self.state_file.with_suffix(".tmp")
        draft.write_text(
            json.dumps({"boot": boot_id(), "up": os.getpid(), "ready": ready, "processes": processes})
        )
        draft.replace(self.state_file)

    def read(self) -> dict[str, Any]:
        """What was last written; empty where nothing was."""
        try:
            state: dict[str, Any] = json.loads(self.state_file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return state

    def end_left_overs(self) -> int:
        """End what an earlier run left behind. Returns how many processes of the Procfile that were."""
        state = self.read()
        if state.get("boot") != boot_id():
            return 0  # another boot: those numbers belong to others now
        groups = {int(group) for group in state.get("processes", {}).values() if alive(int(group))}
        if groups:
            end_groups(groups, grace_seconds=LEFT_OVER_SECONDS)
            deadline = time.monotonic() + 2
            while any(alive(group) for group in groups) and time.monotonic() < deadline:
                for group in groups:
                    signal_group(group, signal.SIGKILL)
                time.sleep(0.02)
        self.state_file.unlink(missing_ok=True)
        return len(groups)


def boot_id() -> str:
    """Differs after a restart of the machine, when process ids start anew."""
    linux = Path("/proc/sys/kernel/random/boot_id")
    if linux.exists():
        return linux.read_text().strip()
    found = subprocess.run(
        ["/usr/sbin/sysctl", "-n", "kern.boottime"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()
