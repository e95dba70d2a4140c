"""Keyboards of the booking flow, one builder a step. Every button carries the draft it belongs to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.enums import PartOfDay
from bookings.read_models import CategoryCard, DayState, LocationCard, ServiceCard, Slot, SpecialistCard, Text
from telegram_ui.callbacks import (
    Confirm,
    Drop,
    GoTo,
    Part,
    PickCategory,
    PickDay,
    PickLocation,
    PickService,
    PickSpecialist,
    PickTime,
    Place,
    ShowMonth,
    ShowPart,
    ShowPortrait,
    Step,
    ToggleService,
    ToStep,
    Wait,
)
from telegram_ui.callbacks.fields import month_number
from telegram_ui.keyboards.months import grid, shifted
from telegram_ui.keyboards.rows import Row, button, fitted, idle, in_rows, markup, menu_button
from telegram_ui.keyboards.times import part_names, times_of_day
from telegram_ui.views.format import near_moment, short

_MARKS = {DayState.FULL: "✕", DayState.CLOSED: "–", DayState.PAST: "·", DayState.BEYOND: "·"}


def _back(draft: str, to: Step | CallbackData | None) -> Row:
    """``None``: there is nothing before this step but the menu."""
    if to is None:
        return [menu_button()]
    data = ToStep(draft=draft, step=to, back=True) if isinstance(to, Step) else to
    label = _("📍 Change place") if to == Step.LOCATION else _("‹ Back")
    return [button(label, data), menu_button()]


def locations(
    draft: str, cards: Sequence[LocationCard], back: Step | CallbackData | None = None
) -> InlineKeyboardMarkup:
    buttons = [button(short(card.name), PickLocation(draft=draft, location_id=card.id)) for card in cards]
    return markup(fitted(buttons), [_back(draft, back)])


def categories(
    draft: str, cards: Sequence[CategoryCard], back: Step | CallbackData | None
) -> InlineKeyboardMarkup:
    buttons = [button(short(card.name), PickCategory(draft=draft, category_id=card.id)) for card in cards]
    return markup(fitted(buttons), [_back(draft, back)])


def services(draft: str, cards: Sequence[ServiceCard], back: Step | CallbackData | None) -> InlineKeyboardMarkup:
    buttons = [button(short(card.name), PickService(draft=draft, service_id=card.id)) for card in cards]
    return markup(fitted(buttons), [_back(draft, back)])


def more(draft: str, cards: Sequence[ServiceCard], chosen: Collection[int]) -> InlineKeyboardMarkup:
    """Each service can be put into the visit or taken out of it."""
    buttons = [
        button(
            f"✓ {short(card.name, 28)}" if card.id in chosen else short(card.name),
            ToggleService(draft=draft, service_id=card.id),
        )
        for card in cards
    ]
    done: Row = [button(_("✅ Done"), ToStep(draft=draft, step=Step.WINDOWS)), menu_button()]
    return markup(fitted(buttons), [done])


def windows(
    draft: str,
    slots: Sequence[Slot],
    *,
    zone: str,
    today: date,
    specialist: Text | None,
    may_choose_specialist: bool,
    may_add: bool,
    may_wait: bool,
    back: Step | CallbackData | None,
    may_open_specialists: bool = False,
) -> InlineKeyboardMarkup:
    times = [button(near_moment(slot.starts_at, zone, today), _time(draft, slot, quick=True)) for slot in slots]
    more: Row = [button(_("📆 Another day"), ToStep(draft=draft, step=Step.DAY))]
    if may_choose_specialist:
        label = f"👤 {short(specialist, 14)}" if specialist else _("👤 Specialist")
        more.append(button(label, ToStep(draft=draft, step=Step.SPECIALIST)))
    if may_open_specialists:
        more.append(button(_("👥 Whoever is free"), PickSpecialist(draft=draft, specialist_id=0)))
    add: Row = [button(_("➕ Another service"), ToStep(draft=draft, step=Step.MORE))] if may_add else []
    wait: Row = (
        [button(_("🔔 Tell me when there is one"), ToStep(draft=draft, step=Step.WAIT))] if may_wait else []
    )
    return markup(in_rows(times, 2), [wait, more, add, _back(draft, back)])


def wait(draft: str, back: Step) -> InlineKeyboardMarkup:
    """Which part of the day will do."""
    names = part_names()
    anything = [button(_("🔔 Any time"), Wait(draft=draft, part=PartOfDay.ANY))]
    parts = [
        button(names[part], Wait(draft=draft, part=wish))
        for part, wish in (
            (Part.MORNING, PartOfDay.MORNING),
            (Part.DAY, PartOfDay.DAY),
            (Part.EVENING, PartOfDay.EVENING),
        )
    ]
    return markup([anything, parts, _back(draft, back)])


def _time(draft: str, slot: Slot, *, quick: bool) -> PickTime:
    return PickTime(draft=draft, at=int(slot.starts_at.timestamp()), quick=quick)


def specialists(draft: str, cards: Sequence[SpecialistCard]) -> InlineKeyboardMarkup:
    """Their faces are a press away where there is one to look at."""
    first: Row = [button(_("Any specialist"), PickSpecialist(draft=draft, specialist_id=0))]
    seen = next((card for card in cards if card.photo), None)
    if seen is not None:
        first.append(button(_("🖼 Photos"), ShowPortrait(draft=draft, specialist_id=seen.id)))
    buttons = [button(short(card.name), PickSpecialist(draft=draft, specialist_id=card.id)) for card in cards]
    return markup([first], fitted(buttons), [_back(draft, Step.WINDOWS)])


def portrait(draft: str, cards: Sequence[SpecialistCard], at: int) -> InlineKeyboardMarkup:
    """``at``: which of the ``cards`` is looked at. After the last comes the first."""
    choose = button(_("✅ Choose"), PickSpecialist(draft=draft, specialist_id=cards[at].id))
    before, after = cards[at - 1], cards[(at + 1) % len(cards)]
    leaf: Row = [
        button("‹", ShowPortrait(draft=draft, specialist_id=before.id)),
        idle(f"{at + 1}/{len(cards)}", "faces"),
        button("›", ShowPortrait(draft=draft, specialist_id=after.id)),
    ]
    return markup([[choose], leaf, _back(draft, Step.SPECIALIST)])


def calendar(
    draft: str, month: date, states: Mapping[date, DayState], *, first: date, last: date, back: Step | None
) -> InlineKeyboardMarkup:
    """A month from Monday to Sunday, without the weeks that are over. One may leaf from ``first`` to ``last``."""

    def cell(day: date) -> InlineKeyboardButton:
        state = states.get(day, DayState.CLOSED)
        return button(_MARKS.get(state, str(day.day)), PickDay(draft=draft, day=day.toordinal()))

    earlier = _leaf(draft, "‹", shifted(month, -1)) if month > first.replace(day=1) else None
    later = _leaf(draft, "›", shifted(month, 1)) if month < last.replace(day=1) else None
    return markup(grid(month, cell, before=earlier, after=later, first=first), [_back(draft, back)])


def _leaf(draft: str, sign: str, month: date) -> InlineKeyboardButton:
    return button(sign, ShowMonth(draft=draft, month=month_number(month)))


def times(draft: str, slots: Sequence[Slot], *, zone: str, part: Part | None) -> InlineKeyboardMarkup:
    grid = times_of_day(
        slots, zone=zone, part=part,
        pick=lambda slot: _time(draft, slot, quick=False),
        switch=lambda shown: ShowPart(draft=draft, part=shown),
    )  # fmt: skip
    return markup(grid, [_back(draft, Step.DAY)])


def confirm(
    draft: str, *, back: Step, moving: bool, comment: bool, promo: bool, by_hand: bool = False
) -> InlineKeyboardMarkup:
    """``comment`` and ``promo``: whether there is one already. ``by_hand``: staff book somebody else."""
    if moving:
        return markup([[button(_("✅ Move"), Confirm(draft=draft))], _back(draft, back)])
    extras: Row = [
        button(_("💬 Change comment") if comment else _("💬 Comment"), ToStep(draft=draft, step=Step.COMMENT)),
        button(_("🎟 Other code") if promo else _("🎟 Promo code"), ToStep(draft=draft, step=Step.PROMO)),
    ]
    repeat: Row = [button(_("🔁 Every few weeks"), ToStep(draft=draft, step=Step.RHYTHM))]
    book = _("✅ Book the client") if by_hand else _("✅ Book")
    return markup([[button(book, Confirm(draft=draft))], extras, repeat, _back(draft, back)])


def to_be_typed(draft: str, step: Step, *, given: bool) -> InlineKeyboardMarkup:
    """Under a question that is answered by typing; what is given already can be taken back."""
    drop: Row = [button(_("🗑 Remove"), Drop(draft=draft, step=step))] if given else []
    return markup([drop, _back(draft, Step.CONFIRM)])


def nothing(draft: str, back: Step | CallbackData) -> InlineKeyboardMarkup:
    """Where nothing can be booked, another place may have something."""
    return markup([_back(draft, back)])


def start_again() -> InlineKeyboardMarkup:
    return markup([[button(_("📅 Book a visit"), GoTo(place=Place.BOOK))], [menu_button()]])
