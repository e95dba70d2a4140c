"""The company: what it is called, and the rules it works by."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookings.queries.users import company
from bookings.services.resources import entities
from telegram_ui.editor.kinds import Currency, Line, Minutes, Number, OneOf, Switch, Texts
from telegram_ui.editor.module import Field, Link, Module
from telegram_ui.views.format import duration
from telegram_ui.views.home import LANGUAGE_NAMES

#: The one row there is.
_ID = 1
#: Minutes between two starts that clients read easily.
_STEPS = (5, 10, 15, 20, 30, 60)


def _languages() -> Mapping[Any, str]:
    return LANGUAGE_NAMES


def _steps() -> Mapping[Any, str]:
    return {minutes: duration(minutes) for minutes in _STEPS}


ABOUT = Module(
    code="co",
    entity=entities.COMPANY,
    emoji="🏢",
    title=_("Company"),
    about="",
    none="",
    fields=(
        Field("name", _("Name"), Texts(), ("name",)),
        Field("about", _("About us"), Texts(prose=True), ("about",), none=_("none")),
        Field("phone", _("Phone number"), Line(), ("phone",), none=_("none")),
        Field("money", _("Currency"), Currency(), ("currency",), hint=_("Prices keep their numbers.")),
        Field(
            "lang", _("Language"), OneOf(words=_languages), ("default_language",),
            hint=_("For people whose own language is neither."),
        ),
    ),
    beside=(Link(_("📏 Booking rules"), "ru"),),
    single=_ID,
    fill=company,
)  # fmt: skip
RULES = Module(
    code="ru",
    entity=entities.COMPANY,
    emoji="📏",
    title=_("Booking rules"),
    about="",
    none="",
    name=lambda _row, _look: str(_("Booking rules")),
    fields=(
        Field(
            "step", _("Starts every"), OneOf(words=_steps), ("slot_step_minutes",),
            hint=_("At which minutes visits may begin: every 15 minutes, every half an hour."),
        ),
        Field(
            "notice", _("Minimum notice"), Minutes(offered=(0, 30, 60, 120, 240, 1440)), ("min_notice_minutes",),
            hint=_("How long before a visit clients can still book it."),
        ),
        Field(
            "ahead", _("Booked ahead"), Number(offered=(14, 30, 60, 90), days=True), ("horizon_days",),
            hint=_("How many days ahead clients can book."),
        ),
        Field(
            "cancel", _("Cancel until"), Minutes(offered=(0, 60, 120, 720, 1440)), ("cancel_window_minutes",),
            hint=_("How long before a visit clients can still cancel it themselves."),
        ),
        Field(
            "move", _("Move until"), Minutes(offered=(0, 60, 120, 720, 1440)), ("reschedule_window_minutes",),
            hint=_("How long before a visit clients can still move it themselves."),
        ),
        Field("confirm", _("Confirm at once"), Switch(), ("auto_confirm",)),
        Field(
            "most", _("Open visits"), Number(offered=(1, 2, 3, 5), least=1), ("max_open_bookings",), none=_("no limit"),
            hint=_("How many visits ahead a client may have."),
        ),
        Field(
            "missed", _("Check after"), Number(offered=(1, 2, 3)), ("confirm_after_no_shows",), none=_("never"),
            hint=_("After so many visits that were missed, bookings of a client are confirmed by hand."),
        ),
        Field(
            "offer", _("Offer stands"), Minutes(offered=(15, 30, 60, 120)), ("waitlist_offer_minutes",),
            hint=_("How long a time that became free is offered to one person of the waitlist."),
        ),
    ),
    beside=(Link(_("🏢 Company"), "co"),),
    single=_ID,
    fill=company,
)  # fmt: skip
