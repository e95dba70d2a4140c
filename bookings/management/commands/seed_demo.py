"""``manage.py seed_demo``: a business to play with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookings.demo import seed as demo


class Command(BaseCommand):
    help = "Fill an empty database with a demo business and two weeks of bookings around today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Add the demo business beside data that is already there."
        )
        parser.add_argument("--seed", type=int, default=1, help="Another number, other bookings (default 1).")

    def handle(self, *, force: bool, seed: int, verbosity: int, **_options: Any) -> None:
        """With ``verbosity=0`` it says nothing when there is nothing to do."""
        if settings.ENV.production:
            raise CommandError("The demo business has well-known people in it: not in production (APP_ENV).")
        if reason := self._not_needed(force=force):
            if verbosity:
                self.stdout.write(reason)
            return
        self.stdout.write(
            "Filling an empty database with a demo business." if demo.is_empty() else "Adding a demo business."
        )
        made = demo.seed(number=seed)
        self.stdout.write(
            f"Demo business: {made.locations} locations, {made.specialists} specialists,"
            f" {made.services} services, {made.bookings} bookings."
        )

    def _not_needed(self, *, force: bool) -> str:
        if demo.has_demo():
            return "The demo business is there already."
        if not force and not demo.is_empty():
            return "The database is not empty; nothing was changed. Use --force to add the demo business."
        return ""
