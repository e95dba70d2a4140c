"""Whether this process has been asked to end.

A task that runs for long (one that drains mailboxes, say) asks ``stopping()`` between two pieces of work. The end comes
within a bounded time even if some task does not ask.
"""

import atexit
import gc
import logging
import os
import signal
import threading
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

_stopping = threading.Event()
_EXIT_STATUS = 1
logger = logging.getLogger(__name__)


def stopping() -> bool:
    """Whether the end has been asked for: take no new work, finish what is in hand, give back the rest."""
    return _stopping.is_set()


def listen(*, exit_after: float) -> None:
    """Note each of ``SIGNALS`` before passing it on to whoever handles it now. From the main thread only.

    The interpreter's own last collection is skipped: freeing two thousand modules one by one takes seconds.
    A process that still exists ``exit_after`` seconds after the first of them ends without further ado.
    """
    atexit.register(gc.freeze)
    for number in SIGNALS:
        before = signal.getsignal(number)
        if before is not None and not isinstance(before, _Noting):
            signal.signal(number, _Noting(before, exit_after))


def _exit() -> None:
    logger.warning("still at work after the time to end; what is in hand will be repeated")
    # No clean-up: Python would wait for the threads that do not end.
    os._exit(_EXIT_STATUS)


class _Noting:
    def __init__(self, before: Any, exit_after: float) -> None:
        self._before = before
        self._exit_after = exit_after

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not _stopping.is_set():
            _stopping.set()
            timer = threading.Timer(self._exit_after, _exit)
            timer.daemon = True
            timer.start()
        if callable(self._before):
            self._before(number, frame)
        elif self._before == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
