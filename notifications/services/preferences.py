"""What a person wants to be told, read and changed."""

from dataclasses import asdict
from zoneinfo import available_timezones

from django.db import transaction

from bookings import policies
from bookings.actor import Actor
from bookings.exceptions import InvalidValue, NotFound
from bookings.models import User
from bookings.services import audit
from notifications.models import NotificationPreferences
from notifications.people import wishes_of
from notifications.read_models import Wishes
from notifications.timing import time_again


def get_preferences(*, actor: Actor, user_id: int) -> Wishes:
    """What holds for the user, stored or not. Raises NotFound for somebody else's, and for nobody's."""
    return wishes_of(_user(actor, user_id))


def set_preferences(*, actor: Actor, user_id: int, wishes: Wishes) -> Wishes:
    """Replace the user's preferences by ``wishes``, which is what comes back; repeating it changes nothing. What waits for
    the end of their quiet hours waits for the end of the new ones.

    Raises:
        NotFound: somebody else's (for others than admins), or nobody's.
        InvalidValue: ``details["field"]`` is ``zone`` (no IANA name), ``quiet_from`` or ``quiet_until`` (missing beside the other).
    """
    if wishes.zone and wishes.zone not in available_timezones():
        raise InvalidValue(f"“{wishes.zone}” is not an IANA time zone", field="zone")
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        missing = "quiet_from" if wishes.quiet_from is None else "quiet_until"
        raise InvalidValue("Quiet hours have a beginning and an end, or neither", field=missing)
    with transaction.atomic():
        before = wishes_of(_user(actor, user_id))
        if before != wishes:
            NotificationPreferences.objects.update_or_create(user_id=user_id, defaults=asdict(wishes))
            audit.record(
                actor=actor, action="changed", entity=audit.entity_of(NotificationPreferences), entity_id=user_id,
                before=asdict(before), after=asdict(wishes),
            )  # fmt: skip
            time_again(user_id=user_id, wishes=wishes)
    return wishes


def _user(actor: Actor, user_id: int) -> User:
    policies.require_client(actor, user_id)
    user = User.objects.select_related("notification_preferences").filter(pk=user_id).first()
    if user is None:
        raise NotFound("user")
    return user
