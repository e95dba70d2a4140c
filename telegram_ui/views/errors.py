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
    "too_early": lambda _details: _("This visit has not begun yet, so it can't be marked."),
    "invalid_contact": _invalid_contact,
    "invalid_text": _too_long,
    "range_too_long": lambda _details: _("That is more days than fit one screen. Please choose fewer."),
    "range_reversed": lambda _details: _("The last day comes before the first. Please choose again."),
    "busy": lambda _details: _("It is very busy right now. Please try again in a minute."),
    "idempotency_conflict": lambda _details: _("This was already answered. Please start again."),
    "banned": lambda _details: _("Booking is closed for you. Please call us."),
}


def text_of(error: BookingError) -> str:
    """Plain text of at most 200 characters, fit for a toast."""
    return TEXTS.get(error.code, TEXTS["refused"])(error.details)
