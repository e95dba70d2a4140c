"""Specialists, and what they give at which price: seen from the person, from the service, and from the prices."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookings.actor import Actor
from bookings.services.resources import entities
from bookings.services.resources.reading import Row
from bookings.services.specialist_photo import set_photo
from telegram_ui.callbacks import HoursOf, NewInvite, TimeOffOf
from telegram_ui.drafts import new_draft_id
from telegram_ui.editor.kinds import Many, Minutes, Money, Photo, Related, Texts, names_of
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Link, Module
from telegram_ui.editor.modules.common import POSITION
from telegram_ui.views.format import beside, duration, plain, price, short


def _notes(row: Row, _look: Look) -> Sequence[str]:
    return () if row.values["user_id"] else (str(_("Not in the bot yet: an invitation lets them in.")),)


def _hours(row: Row) -> HoursOf:
    """Straight to the one place where they work."""
    places = row.values["locations"]
    return HoursOf(location_id=places[0] if len(places) == 1 else 0, specialist_id=row.id)


def _invitation(row: Row) -> NewInvite | None:
    """For who is not in the bot yet."""
    if row.values["user_id"] or not row.is_active:
        return None
    return NewInvite(draft=new_draft_id(), specialist_id=row.id)


def _set_photo(*, actor: Actor, row_id: int, value: bytes | str, expect: Callable[[Any], None]) -> None:
    set_photo(actor=actor, specialist_id=row_id, content=value if isinstance(value, bytes) else b"", expect=expect)


SPECIALISTS = Module(
    code="sp",
    entity=entities.SPECIALISTS,
    emoji="👩‍🎨",
    title=_("Specialists"),
    about=_("Press a name to look at it and change it."),
    none=_("No specialists yet."),
    new=_("➕ New specialist"),
    fields=(
        Field("name", _("Full name"), Texts(), ("name",)),
        Field("bio", _("About them"), Texts(prose=True), ("bio",), none=_("none")),
        Field(
            "photo",
            _("Photo"),
            Photo(),
            ("photo",),
            hint=_("Clients see it as they choose a specialist."),
            none=_("none"),
            write=_set_photo,
        ),
        Field("places", _("Works at"), Many(to="lo", nobody=lambda: str(_("nowhere yet"))), ("locations",)),
        POSITION,
    ),
    asked=("name", "places"),
    added=_("Added. Now say what they give and when they work: nobody can book them before that."),
    links=(
        Link(_("💰 Their services"), "os"),
        Link(_("🕘 Working hours"), data=_hours),
        Link(_("🏖 Time off"), data=lambda row: TimeOffOf(specialist_id=row.id)),
        Link(_("🔑 Invite"), data=_invitation),
    ),
    notes=_notes,
    leaving=_(
        "Clients can't book with them any more. Visits ahead stay booked, and are listed so that you can move them. "
        "You can bring them back."
    ),
    touches=lambda row_id, _values: {"specialist_id": row_id},
)


def _own(row: Row, look: Look) -> str:
    """The price and duration that hold, own ones marked."""
    service = look.facts.get("sv", {}).get(row.values["service_id"], {})
    cost, minutes = row.values["price"], row.values["duration_minutes"]
    told = [
        price(service.get("price", 0) if cost is None else cost, look.currency) + ("" if cost is None else " ✏️"),
        duration(service.get("duration_minutes", 0) if minutes is None else minutes)
        + ("" if minutes is None else " ✏️"),
    ]
    return " · ".join(told)


def _service(row: Row, look: Look) -> str:
    return plain(look.options.get("sv", {}).get(row.values["service_id"], ""))


def _person(row: Row, look: Look) -> str:
    return plain(look.options.get("sp", {}).get(row.values["specialist_id"], ""))


def _both(row: Row, look: Look) -> str:
    return f"{short(_service(row, look), 40)} · {short(_person(row, look), 40)}"


_SERVICE = Field("service", _("Service"), Related(to="sv"), ("service_id",), fixed=True, once=True)
_WHO = Field("who", _("Specialist"), Related(to="sp"), ("specialist_id",), fixed=True, once=True)
_PRICE = Field("price", _("Own price"), Money(), ("price",), none=_("as everybody’s"))
_DURATION = Field(
    "dur",
    _("Own duration"),
    Minutes(offered=(30, 45, 60, 90, 120)),
    ("duration_minutes",),
    none=_("as everybody’s"),
)

OF_SPECIALIST = Module(
    code="os",
    entity=entities.SPECIALIST_SERVICES,
    emoji="💰",
    title=_("Services and prices"),
    about=_("✏️ marks a price or duration of their own."),
    none=_("They give no service yet, so nobody can book them."),
    new=_("➕ One more service"),
    fields=(_SERVICE, _PRICE, _DURATION),
    asked=("service", "price", "dur"),
    name=_both,
    names=lambda row, look: names_of(look.options.get("sv", {}).get(row.values["service_id"], "")),
    label=lambda row, look: beside(_service(row, look), _own(row, look)),
    order=("service__category__position", "service__position"),
    within="specialist_id",
    above="sp",
    needs={"sv": ("price", "duration_minutes")},
)
OF_SERVICE = replace(
    OF_SPECIALIST,
    code="ov",
    title=_("Who gives it"),
    none=_("Nobody gives it yet, so nobody can book it."),
    new=_("➕ One more specialist"),
    fields=(_WHO, _PRICE, _DURATION),
    asked=("who", "price", "dur"),
    names=lambda row, look: names_of(look.options.get("sp", {}).get(row.values["specialist_id"], "")),
    label=lambda row, look: beside(_person(row, look), _own(row, look)),
    order=("specialist__position", "specialist_id"),
    within="service_id",
    above="sv",
    also=("sp",),
)
OF_PRICE = replace(OF_SERVICE, code="op", above="pr", also=("sp", "sv"))
PRICES = Module(
    code="pr",
    entity=entities.SERVICES,
    emoji="💰",
    title=_("Prices"),
    about=_("Press a service to see what each specialist takes for it."),
    none=_("No services yet."),
    fields=(),
    label=lambda row, look: beside(row.values["name"], price(row.values["price"], look.currency)),
    opens="op",
)
