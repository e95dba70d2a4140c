"""What goes with changes of people: who may change whom, contacts in their form, and those who remember are told."""

import secrets
from typing import Any

from django.contrib.auth.hashers import make_password

from bookings.actor import Actor
from bookings.enums import Role
from bookings.exceptions import NotAllowed
from bookings.models import Company, Location, Specialist, User
from bookings.services import audit
from bookings.services.calendar_feeds import end_calendar_feed
from bookings.services.resources.entity import Before
from bookings.services.stored_files import forget_file
from bookings.services.users import clean_name, clean_phone
from bookings.signals import announce_user_changed, user_returned

#: What is remembered of a user elsewhere, or keeps them out.
REMEMBERED = frozenset(
    {"role", "language", "is_banned", "is_active", "tg_id", "first_name", "last_name", "phone", "bot_blocked"}
)


def prepare_user(actor: Actor, user: User, before: Before) -> None:
    """A new person without a login gets a name for one and no password; names and numbers are brought into their form.

    Raises:
        NotAllowed: a key touches an admin or makes one, somebody other than a superuser touches a superuser or makes
            one, or people would lock themselves out. ``details["reason"]``: ``key``, ``superuser``, ``oneself``.
        InvalidContact.
    """
    require_rank(actor, user, before)
    if not before:
        user.username = user.username or f"p{secrets.token_hex(8)}"
        user.password = user.password or make_password(None)
    if user.phone != before.get("phone"):
        user.phone = clean_phone(user.phone)
    if user.first_name != before.get("first_name"):
        user.first_name = clean_name(user.first_name)


def require_rank(actor: Actor, user: User, before: Before) -> None:
    """Whether ``actor`` may make ``user`` what they are now; ``before`` is empty for a new one. Raises NotAllowed."""
    ranks = {user.role, before.get("role")}
    if actor.key_id is not None and Role.ADMIN in ranks:
        raise NotAllowed("A key neither makes nor changes admins", reason="key")
    is_high = user.is_superuser or before.get("is_superuser", False)
    if is_high and not User.objects.filter(pk=actor.user_id or 0, is_superuser=True).exists():
        raise NotAllowed("Only a superuser changes a superuser", reason="superuser")
    if before and user.pk == actor.user_id and _lost(user, before):
        raise NotAllowed("Nobody locks themselves out", reason="oneself")


def _lost(user: User, before: Before) -> bool:
    """Whether the user would not get in any more, or not as who they were."""
    let_in = any(before.get(name) and not getattr(user, name) for name in ("is_staff", "is_superuser"))
    return let_in or not user.is_active or user.is_banned or user.role != before["role"]


def settle_user(actor: Actor, user: User, before: Before) -> None:
    """Who becomes a client gives up their calendar, or they would be told of its visits for ever. Whoever remembers
    the user forgets; by the earlier Telegram id, too.
    """
    if before and user.role == Role.CLIENT:
        for specialist in Specialist.objects.filter(user=user):
            specialist.user = None
            specialist.save(update_fields=["user"])
            _audit(actor, specialist, {"user_id": user.pk}, {"user_id": None})
            end_calendar_feed(actor=actor, specialist_id=specialist.pk)
    if any(getattr(user, name) != before.get(name) for name in REMEMBERED):
        for tg_id in {user.tg_id, before.get("tg_id")}:
            announce_user_changed(tg_id)
    if before.get("bot_blocked") and not user.bot_blocked and user.tg_id is not None:
        user_returned.send(sender=None, tg_id=user.tg_id)


def part_with_user(actor: Actor, user: User, _before: Before) -> None:
    """Raises NotAllowed, as ``prepare_user`` does, and for oneself."""
    require_rank(actor, user, {})
    if user.pk == actor.user_id:
        raise NotAllowed("Nobody removes themselves", reason="oneself")
    announce_user_changed(user.tg_id)


def settle_specialist(actor: Actor, specialist: Specialist, before: Before) -> None:
    """A client who is given a calendar becomes a specialist; bots are told of people who gained or lost one.

    Who lost it knows its secret address, which therefore ends. A photo that gave way to another goes.
    """
    if before.get("photo") not in (None, "", specialist.photo.name):
        forget_file(before["photo"])
    if before.get("user_id") not in (None, specialist.user_id):
        end_calendar_feed(actor=actor, specialist_id=specialist.pk)
    link: dict[str, Any] = {"user_id": specialist.user_id, "is_active": specialist.is_active}
    if all(before.get(name) == value for name, value in link.items()):
        return
    for user in User.objects.filter(pk__in=[pk for pk in (before.get("user_id"), specialist.user_id) if pk]):
        if user.pk == specialist.user_id and user.role == Role.CLIENT:
            user.role = Role.SPECIALIST
            user.save(update_fields=["role"])
            _audit(actor, user, {"role": Role.CLIENT}, {"role": user.role})
        announce_user_changed(user.tg_id)


def part_with_specialist(_actor: Actor, specialist: Specialist, _before: Before) -> None:
    """Their photo goes with them."""
    if specialist.photo.name:
        forget_file(specialist.photo.name)


def check_place_phone(_actor: Actor, place: Company | Location, before: Before) -> None:
    """It stays as people write it: it is read, and called by hand. Raises InvalidContact."""
    if place.phone != before.get("phone", ""):
        clean_phone(place.phone)


def _audit(actor: Actor, row: User | Specialist, before: audit.Values, after: audit.Values) -> None:
    """Of a row that changes because another one does."""
    audit.record(
        actor=actor,
        action="updated",
        entity=audit.entity_of(type(row)),
        entity_id=row.pk,
        before=before,
        after=after,
    )
