"""A line of those who want to write: first come, first served, across threads and processes, without a server.

SQLite's own way of waiting is to look again after growing pauses; whoever comes at the right moment overtakes everybody
who waits, and one writer may go hungry for seconds. Here each draws a number, locks the byte of that number in a file,
and waits until the one before has let go of theirs.

The locks belong to the open file (``F_OFD_*``), so the kernel gives them back when the holder dies, wherever that is.
When somebody dies who was still waiting, the one behind goes on at once, and so two may be let in. That is why the line
only orders: what may not happen twice at once is for SQLite's lock to prevent, as it would without a line.
"""

import fcntl
import os
import struct
import time

#: Where the platform has no such locks, there is no line: writers wait as SQLite lets them.
SUPPORTED = hasattr(fcntl, "F_OFD_SETLK")

#: Seconds after which one who waits goes on without: somebody in front must be stuck, and SQLite's timeout decides then.
PATIENCE_SECONDS = 5.0

# The file: the next number to draw; then, told by whoever is let in, their number, when that was and how long a turn
# takes of late: hints for how long to pause. Byte 0 is locked while a number is drawn, and the byte of a number lies
# beyond what is ever written.
_NEXT, _LAST = 0, 8
_NUMBER, _HINTS = struct.Struct("<Q"), struct.Struct("<QQQ")
_FIRST_BYTE = 1 << 20

# Being woken to ask costs some fifty microseconds of processor time: it is done rarely at first, and often when the
# turn must be near.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 300_000, 50_000_000
#: Of the time that the turns in front should still take.
_SHARE = 0.7
#: Of the time by which they took longer: looking more often would find nothing sooner that matters.
_PATIENT_SHARE = 0.1
#: A turn longer than this says nothing of the next one.
_LONGEST_TURN = 20_000_000


class Turn:
    """A place in the line; ``end`` gives it up, and so does the end of the process."""

    def __init__(self, file: int) -> None:
        self._file: int | None = file

    def end(self) -> None:
        """Let the next one in. Ending twice is nothing."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def take(path: str, patience: float = PATIENCE_SECONDS) -> Turn:
    """Stand in line and come back when it is one's turn, or after ``patience`` seconds.

    Raises:
        OSError: the file at ``path`` cannot be made or locked.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        number = _draw(file)
        _wait(file, number, patience)
    except BaseException:
        os.close(file)
        raise
    return Turn(file)


def _draw(file: int) -> int:
    _lock(file, fcntl.F_OFD_SETLKW, fcntl.F_WRLCK, 0)
    (number,) = _read(file, _NEXT, _NUMBER)
    # One's own byte first: dying in between leaves a number that nobody holds, and it is drawn again.
    _lock(file, fcntl.F_OFD_SETLK, fcntl.F_WRLCK, _FIRST_BYTE + number)
    os.pwrite(file, _NUMBER.pack(number + 1), _NEXT)
    _lock(file, fcntl.F_OFD_SETLK, fcntl.F_UNLCK, 0)
    return int(number)


def _wait(file: int, number: int, patience: float) -> None:
    began = time.monotonic_ns()
    waited = False
    while number and not _try(file, _FIRST_BYTE + number - 1):
        waited = True
        now = time.monotonic_ns()
        if now - began > patience * 1e9:
            return
        time.sleep(_pause(file, number, now) / 1e9)
    _let_in(file, number, waited=waited)


def _pause(file: int, number: int, now: int) -> float:
    """Nanoseconds."""
    last, when, turn = _read(file, _LAST, _HINTS)
    left = when + turn * max(1, number - last) - now
    wished = left * _SHARE if left > 0 else -left * _PATIENT_SHARE
    return min(max(wished, _SHORTEST_PAUSE), _LONGEST_PAUSE)


def _let_in(file: int, number: int, *, waited: bool) -> None:
    """Only between two that followed each other at once did a turn take the time in between."""
    last, when, turn = _read(file, _LAST, _HINTS)
    now = time.monotonic_ns()
    if waited and number == last + 1:
        turn += (min(max(now - when, 0), _LONGEST_TURN) - turn) // 8
    os.pwrite(file, _HINTS.pack(number, now, turn), _LAST)


def _try(file: int, at: int) -> bool:
    """Whether nobody holds the byte at ``at``."""
    try:
        _lock(file, fcntl.F_OFD_SETLK, fcntl.F_RDLCK, at)
    except BlockingIOError:
        return False
    return True


def _lock(file: int, command: int, kind: int, at: int) -> None:
    # struct flock on 64-bit Linux: type, whence, start, length, pid.
    fcntl.fcntl(file, command, struct.pack("@hhqqi4x", kind, os.SEEK_SET, at, 1, 0))


def _read(file: int, at: int, form: struct.Struct) -> tuple[int, ...]:
    """What was never written is nought."""
    return form.unpack(os.pread(file, form.size, at).ljust(form.size, b"\0"))
