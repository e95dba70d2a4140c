"""The first admin of the bot and the site."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from bookings.enums import Role
from bookings.models import User
from bookings.services.attempts import retried
from bookings.signals import announce_user_changed


class UsernameTaken(Exception):
    """The login belongs to another person."""


@dataclass(frozen=True, slots=True)
class MadeAdmin:
    username: str
    created: bool
    password_set: bool


def make_admin(*, tg_id: int, username: str | None = None, password: str | None = None) -> MadeAdmin:
    """Let the person with that Telegram id be an admin of the bot and of the site; known or not, twice or once.

    ``username`` and ``password`` stay as they are when ``None``. Without a password there is no site login yet.

    Raises:
        UsernameTaken: somebody else has it.
        django.core.exceptions.ValidationError: the password is too weak.
    """
    return retried(lambda: _make(tg_id, username, password))


def _make(tg_id: int, username: str | None, password: str | None) -> MadeAdmin:
    with transaction.atomic():
        known = User.objects.select_for_update().filter(tg_id=tg_id).first()
        user = known or User(tg_id=tg_id, username=f"tg{tg_id}", password=make_password(None))
        if username is not None:
            if User.objects.filter(username=username).exclude(pk=user.pk).exists():
                raise UsernameTaken(username)
            user.username = username
        if password is not None:
            validate_password(password, user)
            user.set_password(password)
        user.role = Role.ADMIN
        user.is_staff = user.is_superuser = user.is_active = True
        user.is_banned = False
        user.save()
        announce_user_changed(tg_id)
    return MadeAdmin(user.username, created=known is None, password_set=user.has_usable_password())
