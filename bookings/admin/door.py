"""The admin site as a door into the domain: who acts, and how refusals read."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext as _

from booking_site.lib import clock, formats
from bookings.actor import Actor
from bookings.enums import BookingStatus, Door, InviteReason
from bookings.exceptions import BookingError, SlotTaken
from bookings.models import User
from bookings.queries.actors import actor_of_user


def actor_of(request: HttpRequest) -> Actor:
    """Staff act in their role; a superuser is an admin whatever their role says."""
    user = request.user
    assert isinstance(user, User), "the admin site lets nobody in without a login"  # noqa: S101 - narrows the type
    return actor_of_user(user, door=Door.ADMIN)


def local_text(instant: datetime, zone: str) -> str:
    """As the location's people read it: day, month, hours, minutes; the year when it is not the current one."""
    return formats.moment(instant, zone=zone, language=_language(), today=clock.now())


def clock_text(zone: str) -> str:
    """Whose clock the times of a page are on, and how far it is from UTC now."""
    return formats.clock_of(zone, at=clock.now(), language=_language())


def money_text(amount: Decimal, currency: str) -> str:
    return formats.money(amount, currency=currency, language=_language())


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def explain(error: BookingError, zone: str = "UTC") -> str:
    """A refusal in words, in the active language."""
    text = _texts().get(error.code) or str(error)
    details = dict(error.details)
    if error.code == "wrong_status":
        details["status"] = BookingStatus(str(details["status"])).label
    begins = details.get("starts_at")
    if isinstance(begins, datetime):
        details["starts_at"] = local_text(begins, zone)
    if "min_price" in details:
        details["min_price"] = money_text(Decimal(str(details["min_price"])), str(details["currency"]))
    if error.code == "not_allowed":
        text = _rank_texts().get(str(details.get("reason")), text)
    if error.code == "invalid_contact":
        text = _contact_texts().get(str(details.get("field")), text)
    if error.code == "slot_unavailable":
        text = _slot_texts().get(str(details.get("reason")), text)
    if error.code == "promotion_refused":
        text = _promotion_texts().get(str(details.get("reason")), text)
    if error.code == "invite_refused":
        text = str(InviteReason(str(details["reason"])).label)
    text %= details
    if isinstance(error, SlotTaken) and error.alternatives:
        free = ", ".join(local_text(start, zone) for start in error.alternatives)
        text += " " + _("Free: %(times)s.") % {"times": free}
    return text


def _texts() -> dict[str, str]:
    return {
        "not_found": _("There is no such booking or client."),
        "not_allowed": _("You may not do that."),
        "slot_taken": _("This time has just been taken."),
        "slot_unavailable": _("This time cannot be booked: outside working hours, off the step, or past."),
        "wrong_status": _("The booking is %(status)s: this is not possible any more."),
        "stale_version": _("The booking has changed in the meantime. Look at it again."),
        "outcome_settled": _("This was noted more than a day ago, or has a review: it stays."),
        "too_early": _("The visit begins on %(starts_at)s; it has no outcome yet."),
        "service_unavailable": _("The service, specialist and location do not go together, or one is archived."),
        "idempotency_conflict": _("The form was already sent with other content. Open it anew."),
        "invalid_text": _("The text is too long: %(limit)s characters at most."),
        "promotion_refused": _("There is no promotion with this code."),
        "invite_refused": _("The invitation leads nowhere."),
        "session_begun": _("The session has begun."),
        "too_late": _("It is too late for that."),
        "too_many_bookings": _("The client has as many open bookings as the company allows."),
        "busy": _("The database is busy. Please try again."),
    }


def _slot_texts() -> dict[str, str]:
    return {
        "past": _("This time is past."),
        "too_soon": _("This time is too soon."),
        "too_far": _("This time is further ahead than can be booked."),
        "off_step": _("Visits do not begin at this minute."),
        "closed": _("Nobody works then."),
    }


def _rank_texts() -> dict[str, str]:
    return {
        "superuser": _("Only a superuser changes a superuser or makes one."),
        "oneself": _("Nobody locks themselves out."),
    }


def _contact_texts() -> dict[str, str]:
    return {
        "name": _("This cannot be a name."),
        "phone": _("This cannot be a phone number. Write it with the country code."),
    }


def _promotion_texts() -> dict[str, str]:
    return {
        "not_yet": _("This promotion has not started yet."),
        "ended": _("This promotion has ended."),
        "used_up": _("This promotion has been used as often as it may be."),
        "used_by_client": _("The client has used this promotion as often as they may."),
        "price": _("This promotion applies from a price of %(min_price)s."),
        "services": _("This promotion is for other services."),
    }
