"""Locations and their rooms."""

from django.utils.translation import gettext_lazy as _

from bookings.services.resources import entities
from telegram_ui.callbacks import HoursOf
from telegram_ui.editor.kinds import Line, Point, Texts, Zone
from telegram_ui.editor.module import Field, Link, Module
from telegram_ui.editor.modules.common import NAME, POSITION

LOCATIONS = Module(
    code="lo",
    entity=entities.LOCATIONS,
    emoji="📍",
    title=_("Locations"),
    about=_("Press a location to look at it and change it."),
    none=_("No locations yet: nobody can book before there is one."),
    new=_("➕ New location"),
    fields=(
        NAME,
        Field("address", _("Address"), Texts(), ("address",), none=_("none")),
        Field("phone", _("Phone number"), Line(), ("phone",), none=_("none")),
        Field("point", _("On the map"), Point(), ("latitude", "longitude"), none=_("not set")),
        Field(
            "zone", _("Time zone"), Zone(), ("timezone",),
            hint=_("Hours and visits are by this clock. Visits that are booked keep their moment."),
        ),
        POSITION,
    ),
    asked=("name", "address", "zone", "phone", "point"),
    added=_("The location is there. Now say when it is open."),
    links=(
        Link(_("🕘 Working hours"), data=lambda row: HoursOf(location_id=row.id)),
        Link(_("🚪 Rooms"), "rm"),
    ),
    touches=lambda row_id, _values: {"location_id": row_id},
)  # fmt: skip
ROOMS = Module(
    code="rm",
    entity=entities.ROOMS,
    emoji="🚪",
    title=_("Rooms"),
    about=_("A service that needs a room takes one that is free."),
    none=_("No rooms yet. They are only needed for services that need one."),
    new=_("➕ New room"),
    fields=(NAME,),
    asked=("name",),
    within="location_id",
    above="lo",
    touches=lambda _id, values: {"location_id": values.get("location_id")},
)
