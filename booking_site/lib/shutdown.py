"""Whether this process has been asked to end.

Celery 5.7 runs the soft shutdown inside its signal handler and sends ``worker_shutting_down`` only afterwards, so a
task that runs for long would hear of it when its time is over. This hears of the signal itself.
"""

import signal
import threading
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

_stopping = threading.Event()


def stopping() -> bool:
    """Whether the end has been asked for: take no new work, finish what is in hand, give back the rest."""
    return _stopping.is_set()


def listen() -> None:
    """Note each of ``SIGNALS`` before passing it on to whoever handles it now. From the main thread only."""
    for number in SIGNALS:
        before = signal.getsignal(number)
        if before is not None and not isinstance(before, _Noting):
            signal.signal(number, _Noting(before))


class _Noting:
    def __init__(self, before: Any) -> None:
        self._before = before

    def __call__(self, number: int, frame: FrameType | None) -> None:
        _stopping.set()
        if callable(self._before):
            self._before(number, frame)
        elif self._before == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
