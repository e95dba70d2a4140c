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

    def handle(self, *, force: bool, seed: int, **_options: Any) -> None:
        if settings.ENV.production:
            raise CommandError("The demo business has well-known people in it: not in production (APP_ENV).")
        if demo.has_demo():
            self.stdout.write("The demo business is there already.")
            return
        if not force and not demo.is_empty():
            self.stdout.write(
                "The database is not empty; nothing was changed. Use --force to add the demo business."
            )
            return
        made = demo.seed(number=seed)
        self.stdout.write(
            f"Demo business: {made.locations} locations, {made.specialists} specialists,"
            f" {made.services} services, {made.bookings} bookings."
        )
