"""A part of each Celery worker that consumes ``tg:updates``: the station comes up before the first message is taken,
and goes down on every kind of shutdown.
"""

import signal
import threading
from types import FrameType
from typing import Any

from celery import bootsteps

from telegram_ui import station
from telegram_ui.gateway.intake import QUEUE

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class UpdatesStep(bootsteps.StartStopStep):
    """Added to the worker's blueprint by ``celery_app``. Signals such as ``worker_shutdown`` would not do: a cold
    shutdown, which is what soft shutdown ends with, sends none of them.
    """

    requires = ("celery.worker.components:Pool",)

    def include_if(self, parent: Any) -> bool:
        return QUEUE in parent.app.amqp.queues.consume_from

    def start(self, parent: Any) -> None:  # noqa: ARG002 - Celery's signature
        station.start()
        if threading.current_thread() is threading.main_thread():
            for number in _STOP_SIGNALS:
                _stop_claiming_on(number)

    def stop(self, parent: Any) -> None:  # noqa: ARG002
        station.close()

    terminate = stop


def _stop_claiming_on(number: signal.Signals) -> None:
    """Let the drainer know of the signal before Celery acts on it.

    Under soft shutdown Celery 5.7 sleeps for its whole timeout before it tells anybody: the drainer would go on
    claiming until the last moment.
    """
    previous = signal.getsignal(number)

    def stop(received: int, frame: FrameType | None) -> None:
        station.stop_claiming()
        if callable(previous):
            previous(received, frame)

    signal.signal(number, stop)
