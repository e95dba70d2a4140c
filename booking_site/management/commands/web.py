"""The web process: granian in front of Django."""

import os
import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from booking_site.env import BASE_DIR


class Command(BaseCommand):
    help = "Serve the site on HOST and PORT."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Become granian; the system checks have been passed by then."""
        env = settings.ENV
        with suppress(OSError):  # read-only in an image, where collectstatic has made it
            settings.STATIC_ROOT.mkdir(exist_ok=True)
        threads = env.web_threads or 2 * (os.cpu_count() or 1) + 1
        arguments = [
            *("--interface", "wsgi", "--host", env.host, "--port", str(env.port), "--no-ws"),
            *("--workers", str(env.web_workers), "--blocking-threads", str(threads)),
            # More than this wait in the listen queue instead of in memory.
            *("--backpressure", "256", "--backlog", "2048"),
            # A worker that dies is replaced; one that will not stop is killed before the supervisor loses patience.
            *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"),
            *("--log-config", str(BASE_DIR / "booking_site" / "granian_logs.json")),
            "booking_site.wsgi:application",
        ]
        os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments])  # noqa: S606 - no shell, our own words
