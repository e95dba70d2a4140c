"""What a person reads when the domain refuses: one table, by the refusal's code."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _, ngettext

from bookings.exceptions import BookingError
from telegram_ui.views.format import long_period


def _too_late(details: dict[str, Any]) -> str:
    minutes = details.get("window_minutes")
    if not isinstance(minutes, int):
        return _("It is too late to change this visit here. Please call us.")
    return _("Less than %(period)s are left before the visit, so it can't be changed here. Please call us.") % {
        "period": long_period(minutes)
    }


def _wrong_status(details: dict[str, Any]) -> str:
    texts = {
        "cancelled": _("This visit has already been cancelled."),
        "done": _("This visit is already marked as done."),
        "no_show": _("This visit is already marked as missed."),
        "confirmed": _("This visit is already confirmed."),
    }
    return texts.get(str(details.get("status")), _("This can't be done with the visit as it is now."))


def _too_many(_details: dict[str, Any]) -> str:
    return _("You have as many upcoming visits as can be booked at a time. Cancel one to book another.")


def _invalid_contact(details: dict[str, Any]) -> str:
    if details.get("field") == "phone":
        return _("That does not look like a phone number. Type it with the country code: +44 20 7946 0958.")
    return _("That does not look like a name. Please type it in letters, in one line.")


def _too_long(details: dict[str, Any]) -> str:
    limit = details.get("limit")
    if not isinstance(limit, int):
        return _("That text is too long. Please make it shorter.")
    return ngettext(
        "That text is too long: %(count)d character at most.",
        "That text is too long: %(count)d characters at most.",
        limit,
    ) % {"count": limit}


def _promotion(details: dict[str, Any]) -> str:
    texts = {
        "not_yet": _("This promotion has not started yet."),
        "ended": _("This promotion has ended."),
        "used_up": _("This promotion has been used up."),
        "used_by_client": _("You have already used this promotion."),
        "price": _("This promotion is for a higher total."),
        "services": _("This promotion is for other services."),
    }
    return texts.get(str(details.get("reason")), _("There is no promotion with this code."))


def _already_waiting(details: dict[str, Any]) -> str:
    if details.get("limit") is None:
        return _("You are already on the waitlist for this.")
    return _("You are on the waitlist for as many things as there can be. Leave one to join another.")


def _invite(details: dict[str, Any]) -> str:
    texts = {
        "used": _("This invitation has been used already: each lets one person in. Ask for a new one."),
        "expired": _("This invitation has expired. Ask for a new one."),
        "revoked": _("This invitation was taken back. Ask for a new one."),
        "taken": _("Somebody runs this specialist's calendar already."),
        "gone": _("The specialist of this invitation does not work here any more."),
        "other_calendar": _("You have a calendar of your own already, and a person has one."),
    }
    return texts.get(str(details.get("reason")), _("There is no such invitation. Ask for a new one."))


TEXTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "refused": lambda _details: _("This can't be done right now."),
    "not_found": lambda _details: _("This visit can't be found any more."),
    "not_allowed": lambda _details: _("This is not yours to change."),
    "slot_taken": lambda _details: _("That time has just been taken. Here is what is free now."),
    "slot_unavailable": lambda _details: _("That time is not on offer. Here is what is free."),
    "too_late": _too_late,
    "wrong_status": _wrong_status,
    "stale_version": lambda _details: _("This visit has changed in the meantime. Here it is as it is now."),
    "too_many_bookings": _too_many,
    "service_unavailable": lambda _details: _("This service can't be booked any more. Please choose another."),
    "outcome_settled": lambda _details: _("This was noted more than a day ago, or has a review: it stays."),
    "too_early": lambda _details: _("This visit has not begun yet, so it can't be marked."),
    "invalid_contact": _invalid_contact,
    "invalid_text": _too_long,
    "range_too_long": lambda _details: _("That is more days than fit one screen. Please choose fewer."),
    "range_reversed": lambda _details: _("The last day comes before the first. Please choose again."),
    "hours_reversed": lambda _details: _("These hours end before they begin. Please type them again."),
    "busy": lambda _details: _("It is very busy right now. Please try again in a minute."),
    "idempotency_conflict": lambda _details: _("This was already answered. Please start again."),
    "invalid_value": lambda _details: _("That can't be right. Please choose again."),
    "promotion_refused": _promotion,
    "offer_over": lambda _details: _("This offer has run out. We'll write when another time becomes free."),
    "already_waiting": _already_waiting,
    "already_reviewed": lambda _details: _("You have already reviewed this visit. Thank you!"),
    "series_conflict": lambda _details: _("Some of these dates are not free. Please look at them again."),
    "session_begun": lambda _details: _("This class has already begun."),
    "invite_refused": _invite,
    "banned": lambda _details: _("Booking is closed for you. Please call us."),
}


def text_of(error: BookingError) -> str:
    """Plain text of at most 200 characters, fit for a toast."""
    return TEXTS.get(error.code, TEXTS["refused"])(error.details)
