"""Flower: the operators' view of workers and tasks, behind a password."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve Flower on HOST and FLOWER_PORT."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Become Flower; the system checks have been passed by then."""
        env = settings.ENV
        environment = {
            **os.environ,
            # By environment, not by argument: arguments can be read by everybody on the machine.
            "FLOWER_BASIC_AUTH": settings.FLOWER_BASIC_AUTH,
            "FLOWER_ADDRESS": env.host,
            "FLOWER_PORT": str(env.flower_port),
            "FLOWER_MAX_TASKS": "20000",
            "FLOWER_PURGE_OFFLINE_WORKERS": "60",
            "FLOWER_TASKS_COLUMNS": "name,args,kwargs,state,received,runtime,worker,uuid",
        }
        command = [sys.executable, "-m", "celery", "-A", "celery_app", "flower"]
        os.execve(sys.executable, command, environment)  # noqa: S606 - no shell, our own words
