"""Holidays, days off and other hours, of places, people and rooms."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookings.enums import OverrideKind
from bookings.services.resources import entities
from bookings.services.resources.reading import Row
from telegram_ui.editor.kinds import Line, OneOf, Stretch, Subject
from telegram_ui.editor.kinds.times import hours_text
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Module
from telegram_ui.views.format import WIDTH, brief_date, plain, short, short_date


def _kinds() -> Mapping[Any, str]:
    return {OverrideKind.CLOSED: str(_("⛔ Closed")), OverrideKind.OPEN: str(_("🕘 Open at other hours"))}


def _whose(row: Row, look: Look) -> str:
    found = [
        plain(look.options.get(code, {}).get(row.values[name], ""))
        for code, name in (("sp", "specialist_id"), ("rm", "room_id"), ("lo", "location_id"))
        if row.values[name] is not None
    ]
    return ", ".join(found)


def _days(row: Row, told: Callable[[date], str] = short_date) -> str:
    first, last = row.values["date_from"], row.values["date_to"]
    days = told(first) if first == last else f"{told(first)} – {told(last)}"
    since, until = row.values["starts_at"], row.values["ends_at"]
    return days if since is None else f"{days} {hours_text(since, until)}"


def _label(row: Row, look: Look) -> str:
    sign = "⛔" if row.values["kind"] == OverrideKind.CLOSED else "🕘"
    days = _days(row)
    if len(days) > WIDTH // 2:  # the name says more than the day of the week
        days = _days(row, brief_date)
    return f"{sign} {days} · {short(_whose(row, look), max(WIDTH - len(days) - 5, 8))}"


def _name(row: Row, look: Look) -> str:
    return f"{_days(row)} · {short(_whose(row, look), 40)}"


CLOSINGS = Module(
    code="cl",
    entity=entities.CALENDAR_OVERRIDES,
    emoji="📆",
    title=_("Days off"),
    about=_("Holidays and other hours from today on: of places, people and rooms."),
    none=_("No holidays or other hours ahead."),
    new=_("➕ New day off"),
    fields=(
        Field("kind", _("What changes"), OneOf(words=_kinds), ("kind",)),
        Field(
            "whose", _("Whose"), Subject(), ("location_id", "specialist_id", "room_id"), fixed=True,
            hint=_("A place closes for everybody who works there."),
        ),
        Field(
            "days", _("When"), Stretch(), ("date_from", "date_to", "starts_at", "ends_at", "over_midnight"),
            hint=_("Days are of the place’s calendar, the last one included."),
        ),
        Field("why", _("Reason"), Line(), ("reason",), hint=_("Only the team reads it."), none=_("none")),
    ),
    asked=("kind", "whose", "days", "why"),
    name=_name,
    names=lambda row, look: (_name(row, look),),
    label=_label,
    order=("date_from",),
    where=lambda look: {"date_to__gte": look.today},
    touches=lambda _id, values: {name: values.get(name) for name in ("location_id", "specialist_id")},
)  # fmt: skip
