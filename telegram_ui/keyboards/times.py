"""The free times of a day, by part of the day: of a booking, and of one visit of a series."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiogram.filters.callback_data import CallbackData
from django.utils.translation import gettext as _

from bookings.read_models import Slot
from telegram_ui.callbacks import Part
from telegram_ui.keyboards.rows import Row, button, idle, in_rows
from telegram_ui.views.format import clock

#: More times than this are shown one part of the day at a time.
ALL_AT_ONCE = 16
TIMES_A_ROW = 4


def part_names() -> dict[Part, str]:
    return {Part.MORNING: _("Morning"), Part.DAY: _("Afternoon"), Part.EVENING: _("Evening")}


def part_of(at: datetime, zone: str) -> Part:
    """Morning until 12:00, evening from 17:00, as the location's clocks show it."""
    time = clock(at, zone)
    if time < "12:00":
        return Part.MORNING
    return Part.DAY if time < "17:00" else Part.EVENING


def by_part(slots: Sequence[Slot], zone: str) -> dict[Part, list[Slot]]:
    groups: dict[Part, list[Slot]] = {part: [] for part in Part}
    for slot in slots:
        groups[part_of(slot.starts_at, zone)].append(slot)
    return groups


def times_of_day(
    slots: Sequence[Slot],
    *,
    zone: str,
    part: Part | None,
    pick: Callable[[Slot], CallbackData],
    switch: Callable[[Part], CallbackData],
) -> list[Row]:
    """All times under a heading for each part of the day, or, when they are many, one part and a switch."""
    groups = {key: group for key, group in by_part(slots, zone).items() if group}
    names = part_names()
    rows: list[Row] = []
    if len(slots) > ALL_AT_ONCE and len(groups) > 1:
        shown = part if part in groups else next(iter(groups))
        rows.append(
            [
                button(
                    f"• {names[key]} {len(group)}" if key == shown else f"{names[key]} {len(group)}", switch(key)
                )
                for key, group in groups.items()
            ]
        )
        return rows + _rows(groups[shown], zone, pick)
    for key, group in groups.items():
        if len(groups) > 1:
            rows.append([idle(f"{names[key]} · {len(group)}", f"part_{key.value}")])
        rows += _rows(group, zone, pick)
    return rows


def _rows(slots: Sequence[Slot], zone: str, pick: Callable[[Slot], CallbackData]) -> list[Row]:
    buttons = [button(_seats(clock(slot.starts_at, zone), slot), pick(slot)) for slot in slots]
    return in_rows(buttons, TIMES_A_ROW)


def _seats(label: str, slot: Slot) -> str:
    """A group service tells how many seats are left."""
    return label if slot.seats_left is None else f"{label} ({slot.seats_left})"
