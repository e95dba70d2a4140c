"""The trace id travels with each Celery message, and every log line of a task carries it."""

from typing import Any

import structlog
from celery import Task, signals

from booking_site.lib.trace import current_trace_id, new_trace_id

HEADER = "trace_id"
_BOUND = ("trace_id", "task", "task_id")


def _put_into_headers(headers: dict[str, Any] | None = None, **_kwargs: Any) -> None:
    if headers is not None and not headers.get(HEADER):
        headers[HEADER] = current_trace_id()


def _bind(task_id: str, task: "Task[Any, Any]", **_kwargs: Any) -> None:
    trace_id = getattr(task.request, HEADER, None) or new_trace_id()
    structlog.contextvars.bind_contextvars(trace_id=str(trace_id), task=task.name, task_id=task_id)


def _unbind(**_kwargs: Any) -> None:
    structlog.contextvars.unbind_contextvars(*_BOUND)


def connect() -> None:
    """Follow every task published or run by this process."""
    signals.before_task_publish.connect(_put_into_headers, weak=False)
    signals.task_prerun.connect(_bind, weak=False)
    signals.task_postrun.connect(_unbind, weak=False)
