"""Sentences of the booking flow: what a step expects, and why something cannot be."""

from collections.abc import Sequence

from django.utils.translation import gettext as _, ngettext

from bookings.read_models import PromotionQuote
from telegram_ui.callbacks import Step
from telegram_ui.views.format import money


def last_service() -> str:
    return _("A visit has at least one service.")


def too_many_services(limit: int) -> str:
    return ngettext("A visit has %(count)d service at most.", "A visit has %(count)d services at most.", limit) % {
        "count": limit
    }


def promo_taken(quote: PromotionQuote) -> str:
    return _("The promo code takes off %(amount)s.") % {"amount": money(quote.discount, quote.currency)}


def comment_taken() -> str:
    return _("The comment is added.")


def taken_off() -> str:
    return _("Removed.")


def expected(step: Step, *, moving: bool = False) -> str:
    """Said when something was typed that the step cannot use; ``moving``: of a visit that is moved."""
    if moving and step == Step.CONFIRM:
        return _("Please press a button below to move the visit or to go back.")
    return {
        Step.LOCATION: _("Please choose a place from the list."),
        Step.CATEGORY: _("Please choose from the list."),
        Step.SERVICE: _("Please choose a service from the list."),
        Step.SPECIALIST: _("Please choose a specialist from the list."),
        Step.PORTRAIT: _("Please press a button, or type the name of a specialist."),
        Step.WINDOWS: _("Please choose a time, or type a day: 25.11 or tomorrow."),
        Step.DAY: _("Please choose a day, or type it: 25.11 or tomorrow."),
        Step.TIME: _("Please choose a time, or type it: 15:30."),
        Step.WAIT: _("Please press a button: which time would suit you?"),
        Step.MORE: _("Please choose a service from the list."),
        Step.COMMENT: _("Please type the comment in one message."),
        Step.PROMO: _("Please type the promo code."),
        Step.RHYTHM: _("Please choose how often, or type the number of weeks: 2."),
        Step.TIMES: _("Please choose how many visits, or type the number: 5."),
        Step.PLAN: _("Please press a button below, or type another day and time."),
        Step.SWAP: _("Please choose a time, or type a day and a time: 25.11 15:30."),
        Step.CONFIRM: _("Please press a button below to book or to go back."),
    }[step]


def why_not(state: str, *, today: bool = False) -> str:
    """Why a day of the calendar cannot be chosen; ``today``: it is that day."""
    return {
        "full": _("Everything is taken on this day."),
        "closed": _("There are no visits for this on that day."),
        "past": _("There are no times left today.") if today else _("This day is over."),
        "beyond": _("Booking for this day has not opened yet."),
    }[state]


def lost() -> str:
    return _("That booking was not finished in time. Let's start afresh.")


def other_draft() -> str:
    return _("This button belongs to an earlier booking. Here is the current one.")


def already_then() -> str:
    return _("The visit is at that time already. Here are other times.")


def already_made() -> str:
    return _("This is already booked.")


def time_not_free(nearest: Sequence[str], *, is_a_start: bool) -> str:
    """``nearest``: one or two free times around the one that was typed; ``is_a_start``: visits begin at such times."""
    head = _("That time is not free.") if is_a_start else _("Visits do not start at that time.")
    if not nearest:
        return head
    told = ngettext("The nearest time: %(times)s.", "The nearest times: %(times)s.", len(nearest))
    return head + " " + told % {"times": ", ".join(nearest)}


def place_gone() -> str:
    return _("This place takes no bookings any more.")


def one_service_gone() -> str:
    """Of several that were chosen."""
    return _("One of the services can no longer be booked. Here is the visit without it.")


def specialist_gone() -> str:
    return _("This specialist takes no bookings any more. Here is who does.")


def hint(name: str) -> str:
    """What a cell that only shows something says when it is pressed."""
    return {
        "first": _("Earlier days are over."),
        "last": _("Booking further ahead has not opened yet."),
        "faces": _("Press ‹ or › to see somebody else."),
        "part_am": _("Times before 12:00"),
        "part_day": _("Times from 12:00 to 17:00"),
        "part_pm": _("Times from 17:00"),
    }.get(name, _("Choose a day with a number."))
