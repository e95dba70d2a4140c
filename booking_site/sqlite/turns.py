"""A line of those who want to write: first come, first served, across threads and processes, without a server.

SQLite's own way of waiting is to look again after growing pauses; whoever comes at the right moment overtakes everybody
who waits, and one writer may go hungry for seconds. Here each draws a number, locks the byte of that number in a file,
and waits until the one before has let go of theirs.

Whoever ends a turn rings for the next one, so that waiting costs nothing and ends at once. A ring may be lost (its sender
died first), so who waits looks for themselves now and then.

The locks belong to the open file (``F_OFD_*``), so the kernel gives them back when the holder dies, wherever that is.
When somebody dies who was still waiting, the one behind goes on at once, and so two may be let in. That is why the line
only orders: what may not happen twice at once is for SQLite's lock to prevent, as it would without a line.
"""

import fcntl
import os
import struct
import time

from booking_site.sqlite import bells

#: Where the platform has no such locks, there is no line: writers wait as SQLite lets them.
SUPPORTED = hasattr(fcntl, "F_OFD_SETLK")

#: Seconds after which one who waits goes on without: somebody in front must be stuck, and SQLite's timeout decides then.
PATIENCE_SECONDS = 5.0

#: Seconds between looking for oneself while nobody rings.
LOOK_SECONDS = 0.02

# The file holds the next number to draw. Byte 0 is locked while one is drawn, and the byte of a number lies beyond what
# is ever written.
_NUMBER = struct.Struct("<Q")
_FIRST_BYTE = 1 << 20


class Turn:
    """A place in the line; ``end`` gives it up, and so does the end of the process."""

    def __init__(self, file: int, number: int) -> None:
        self._file: int | None = file
        self._number = number

    def end(self) -> None:
        """Let the next one in. Ending twice is nothing."""
        file, self._file = self._file, None
        if file is not None:
            name = _bell_of(file, self._number + 1)
            os.close(file)
            bells.ring(name)


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
    return Turn(file, number)


def _draw(file: int) -> int:
    _lock(file, fcntl.F_OFD_SETLKW, fcntl.F_WRLCK, 0)
    # What was never written is nought.
    (number,) = _NUMBER.unpack(os.pread(file, _NUMBER.size, 0).ljust(_NUMBER.size, b"\0"))
    # One's own byte first: dying in between leaves a number that nobody holds, and it is drawn again.
    _lock(file, fcntl.F_OFD_SETLK, fcntl.F_WRLCK, _FIRST_BYTE + number)
    os.pwrite(file, _NUMBER.pack(number + 1), 0)
    _lock(file, fcntl.F_OFD_SETLK, fcntl.F_UNLCK, 0)
    return int(number)


def _wait(file: int, number: int, patience: float) -> None:
    if not number or _is_free(file, number - 1):
        return
    until = time.monotonic() + patience
    bell = bells.Bell(_bell_of(file, number))
    try:
        # The bell hangs before one looks: who ends their turn in between is heard.
        while not _is_free(file, number - 1) and time.monotonic() < until:
            bell.wait(LOOK_SECONDS)
    finally:
        bell.close()


def _bell_of(file: int, number: int) -> str:
    """By the file itself: its path may be written in several ways."""
    line = os.fstat(file)
    return f"booking-turns-{line.st_dev}-{line.st_ino}-{number}"


def _is_free(file: int, number: int) -> bool:
    """Whether nobody holds the byte of ``number``."""
    try:
        _lock(file, fcntl.F_OFD_SETLK, fcntl.F_RDLCK, _FIRST_BYTE + number)
    except BlockingIOError:
        return False
    return True


def _lock(file: int, command: int, kind: int, at: int) -> None:
    # struct flock on 64-bit Linux: type, whence, start, length, pid.
    fcntl.fcntl(file, command, struct.pack("@hhqqi4x", kind, os.SEEK_SET, at, 1, 0))
