"""The one Celery application; every setting and its reason is in ``booking_site.settings.celery``."""

import os
from typing import Any

from celery import Celery, signals
from django.conf import settings

from booking_site import heartbeats, logs, task_trace
from booking_site.checks import refuse_unsafe_start
from booking_site.env import refuse_unusable_values
from booking_site.lib import garbage, shutdown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
refuse_unusable_values()

app = Celery("booking_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By name: it is loaded when a worker starts, after Django is ready.
app.steps["worker"].add("telegram_ui.worker_step:UpdatesStep")
task_trace.connect()


@signals.celeryd_init.connect
@signals.beat_init.connect
def _refuse_unsafe_start(**_kwargs: Any) -> None:
    # SystemExit, because Celery's signals swallow every ordinary exception.
    refuse_unsafe_start()


@signals.setup_logging.connect
def _set_up_logging(**_kwargs: Any) -> None:
    # A receiver here keeps Celery from installing handlers of its own.
    logs.configure(settings.LOGGING)


@signals.worker_ready.connect
def _listen_for_the_end(**_kwargs: Any) -> None:
    # By now the worker has set its own signal handlers, which this passes every signal on to.
    shutdown.listen(exit_after=settings.WORKER_STOP_SECONDS)


@signals.worker_ready.connect
def _spare_the_collector(**_kwargs: Any) -> None:
    garbage.spare_the_collector()  # by now all that the worker needs is loaded


@signals.heartbeat_sent.connect
def _heartbeat(sender: Any, **_kwargs: Any) -> None:
    heartbeats.write_worker_heartbeat(app, sender.eventer.hostname)
