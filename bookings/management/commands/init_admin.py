"""``manage.py init_admin``: the first admin of the bot, with a login for the site."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from bookings.services.admins import UsernameTaken, make_admin

PASSWORD_VARIABLE = "INIT_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = (
        "Make the person with a Telegram id an admin of the bot and of the admin site. Running it again is safe. "
        f"The site password comes from {PASSWORD_VARIABLE} or a prompt; without either there is no site login."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tg-id", type=int, required=True, help="Numeric Telegram id (ask @userinfobot).")
        parser.add_argument("--username", help="Login of the admin site; tg<id> by default.")
        parser.add_argument("--no-password", action="store_true", help="Do not ask for a password.")

    def handle(self, *, tg_id: int, username: str | None, no_password: bool, **_options: Any) -> None:
        if tg_id <= 0:
            raise CommandError("--tg-id: a person's Telegram id is a positive number (groups have negative ones).")
        if username is not None and not username.strip():
            raise CommandError("--username: must not be empty.")
        password = None if no_password else self._password()
        try:
            made = make_admin(tg_id=tg_id, username=username, password=password)
        except UsernameTaken as error:
            raise CommandError(f"--username: “{error}” belongs to somebody else.") from None
        except ValidationError as error:
            raise CommandError("Password: " + " ".join(error.messages)) from None
        login = f"site login “{made.username}”" if made.password_set else "no site login yet (no password)"
        what = "made" if made.created else "updated"
        self.stdout.write(f"Admin {what}: Telegram id {tg_id}, {login}.")

    def _password(self) -> str | None:
        """From the environment, else from a prompt when somebody is there to answer; empty leaves it as it is."""
        given = os.environ.get(PASSWORD_VARIABLE)
        if given:
            return given
        if not sys.stdin.isatty():
            return None
        first = getpass.getpass("Password of the admin site (empty: leave as it is): ")
        if first and getpass.getpass("Again: ") != first:
            raise CommandError("Password: the two did not match.")
        return first or None
