"""Ends what the supervisor started when the supervisor itself was killed.

It reads ``+group`` and ``-group`` lines from standard input, whose other end only the supervisor holds. When that end
closes, however the supervisor died, every process group still listed is ended. It imports the standard library alone,
to start at once and stay small.
"""

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 4.0


def alive(group: int) -> bool:
    """Whether any process of the group still runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group of zombies
        return False
    return not _only_zombies(group)


def _only_zombies(group: int) -> bool:
    """In a container whose first process collects nobody, dead orphans keep their group's number for ever."""
    if not os.path.exists("/proc/self/stat"):
        return False
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
                state, _parent, its_group = file.read().rpartition(")")[2].split()[:3]
                if int(its_group) == group and state not in "ZX":
                    return False
    return True


def signal_group(group: int, number: int) -> None:
    """Send a signal to a process group that may be gone by now."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_groups(groups: set[int], *, grace_seconds: float = GRACE_SECONDS) -> None:
    """SIGTERM to all, and SIGKILL to those that are still there after ``grace_seconds``."""
    for group in groups:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while any(alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        signal_group(group, signal.SIGKILL)


def main() -> None:
    """Watch until standard input closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A Ctrl-C is for the supervisor, which then closes the pipe.
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    end_groups(groups)


if __name__ == "__main__":
    main()
