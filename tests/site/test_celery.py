"""Celery wakes, carries the trace id, and never holds up a request."""

import json
import signal
import subprocess
import sys
import textwrap
import threading
from queue import Queue

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from kombu.exceptions import OperationalError

from booking_site.env import BASE_DIR
from booking_site.lib.redis_client import client
from booking_site.lib.trace import bound_trace, current_trace_id
from booking_site.supervisor.ports import free_port
from celery_app import app
from tests.timing import quickest


def test_a_publish_with_redis_down_fails_within_a_second() -> None:
    def publish() -> None:
        with (
            app.connection_for_write(f"redis://127.0.0.1:{free_port()}/0") as connection,
            pytest.raises(OperationalError),
        ):
            app.send_task("telegram.drain_updates", connection=connection)

    assert quickest(publish, enough=1) < 1


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("telegram.drain_updates", "tg:updates"),
        ("notifications.process_event", "events:p2p"),
        ("notifications.deliver", "events:p2p"),
        ("bookings.completion_check", "maintenance"),
    ],
)
def test_a_message_lies_in_the_queue_of_its_name_with_the_trace_id(task: str, queue: str) -> None:
    with bound_trace("00c0ffee00c0ffee"):
        app.send_task(task)
    assert client().llen(queue) == 1
    message = json.loads(str(client().lindex(queue, 0)))
    assert message["headers"]["task"] == task
    assert message["headers"]["trace_id"] == "00c0ffee00c0ffee"


def test_a_misspelt_queue_is_an_error_at_the_publisher() -> None:
    with pytest.raises(Exception, match="events:p2q"):
        app.send_task("notifications.deliver", queue="events:p2q")


def test_a_task_runs_under_the_trace_id_of_its_publisher() -> None:
    seen: Queue[str] = Queue()

    @app.task(name="tests.see_trace")
    def see_trace() -> None:
        seen.put(current_trace_id())

    # A worker in a thread of this process, so that the task can hand over what it saw.
    with start_worker(app, pool="solo", perform_ping_check=False, loglevel="ERROR", queues=["maintenance"]):
        with bound_trace("00c0ffee00c0ffee"):
            see_trace.delay()
        assert seen.get(timeout=20) == "00c0ffee00c0ffee"
    assert threading.current_thread() is threading.main_thread()


def test_every_beat_entry_names_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks) == set()


def test_the_end_is_known_before_the_old_handler_runs() -> None:
    """In a process of its own: signals belong to the whole process."""
    script = textwrap.dedent(
        """
        import os, signal
        from booking_site.lib import shutdown
        signal.signal(signal.SIGTERM, lambda *_: print("handler", shutdown.stopping()))
        shutdown.listen(exit_after=60)
        shutdown.listen(exit_after=60)
        print("before", shutdown.stopping())
        os.kill(os.getpid(), signal.SIGTERM)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        shutdown.listen(exit_after=60)
        os.kill(os.getpid(), signal.SIGQUIT)
        print("never reached")
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=BASE_DIR, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "before False\nhandler True\n"
    assert done.returncode == -signal.SIGQUIT


def test_a_process_that_does_not_end_by_itself_ends_in_time() -> None:
    script = textwrap.dedent(
        """
        import os, signal, threading
        from booking_site.lib import shutdown
        signal.signal(signal.SIGTERM, lambda *_: print("asked", flush=True))
        shutdown.listen(exit_after=0.2)
        threading.Thread(target=threading.Event().wait).start()
        os.kill(os.getpid(), signal.SIGTERM)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=BASE_DIR, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "asked\n"
    assert done.returncode == 1
