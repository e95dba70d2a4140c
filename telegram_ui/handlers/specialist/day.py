"""Days and weeks of one specialist, or of everybody for an admin."""

from collections.abc import Sequence
from datetime import date, timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.queries.bookings import day_bookings, specialist_day
from bookings.queries.catalog import list_locations
from bookings.read_models import BookingCard, Text
from telegram_ui.callbacks import StaffDay
from telegram_ui.handlers.client.choices import today_at
from telegram_ui.keyboards import staff as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import staff as views
from telegram_ui.views.format import plain

DAYS = 7


def today() -> date:
    """Today as the first location counts days. Synchronous: it reads the database."""
    locations = list_locations()
    return today_at(locations[0].zone if locations else "UTC")


def _name_of(bookings: Sequence[BookingCard], specialist_id: int) -> Text | None:
    names = (
        item.specialist_name for card in bookings for item in card.items if item.specialist_id == specialist_id
    )
    return next(names, None)


def day_screen(*, actor: Actor, specialist_id: int, day: date) -> Screen:
    """Synchronous; run it in a database thread. Raises NotFound for somebody else's calendar."""
    bookings = specialist_day(actor=actor, specialist_id=specialist_id, day=day)
    if not actor.is_admin:
        own = (booking.part_of(specialist_id) for booking in bookings)
        bookings = tuple(sorted(own, key=lambda booking: (booking.starts_at, booking.id)))
    # Specialists know their own name.
    name = _name_of(bookings, specialist_id) if specialist_id != actor.specialist_id else None
    text = views.day(bookings, day, today(), name)
    keyboard = keyboards.day(bookings, specialist_id=specialist_id, at=day, today=today(), is_admin=actor.is_admin)
    return Screen(f"day:{specialist_id}:{day}", text, keyboard)


def everybody_screen(*, actor: Actor, day: date) -> Screen:
    """All visits of a day by specialist. Raises NotFound unless the actor is an admin."""
    bookings = day_bookings(actor=actor, location_id=None, date_from=day, date_to=day)
    groups: dict[int, list[BookingCard]] = {}
    for booking in bookings:
        groups.setdefault(booking.items[0].specialist_id, []).append(booking)
    named = [(key, plain(_name_of(group, key) or ""), group) for key, group in groups.items()]
    text = views.everybody([(name, group) for _key, name, group in named], day, today())
    keyboard = keyboards.everybody([(key, name, len(group)) for key, name, group in named], at=day, today=today())
    return Screen(f"day:0:{day}", text, keyboard)


def week_screen(*, actor: Actor, specialist_id: int, day: date) -> Screen:
    """Seven days from ``day``; 0 means everybody."""
    last = day + timedelta(days=DAYS - 1)
    bookings = day_bookings(
        actor=actor, location_id=None, date_from=day, date_to=last, specialist_id=specialist_id or None
    )
    counts = dict.fromkeys((day + timedelta(days=number) for number in range(DAYS)), 0)
    for booking in bookings:
        counts[views.local_day(booking)] += 1
    name = _name_of(bookings, specialist_id) if specialist_id not in (0, actor.specialist_id) else None
    text = views.week(list(counts.items()), today(), name)
    keyboard = keyboards.week(list(counts.items()), specialist_id=specialist_id)
    return Screen(f"week:{specialist_id}:{day}", text, keyboard)


async def show_day(turn: Turn, specialist_id: int, day: date, *, week: bool = False, toast: str = "") -> None:
    if not turn.is_staff or (specialist_id == 0 and not turn.is_admin):
        raise Outdated(views.staff_only())
    await turn.keep(at=None, form=None)
    if week:
        screen = await turn.run(week_screen, actor=turn.actor, specialist_id=specialist_id, day=day)
    elif specialist_id == 0:
        screen = await turn.run(everybody_screen, actor=turn.actor, day=day)
    else:
        screen = await turn.run(day_screen, actor=turn.actor, specialist_id=specialist_id, day=day)
    await turn.show(screen, toast=toast)


async def show_own_day(turn: Turn, *, ahead: int = 0, week: bool = False) -> None:
    """Behind /today, /tomorrow and /week: an admin sees everybody, a specialist themselves."""
    if not turn.is_staff:
        raise Outdated(views.staff_only())
    specialist_id = 0 if turn.is_admin else turn.user.specialist_id or 0
    day = await turn.run(today) + timedelta(days=ahead)
    await show_day(turn, specialist_id, day, week=week)


async def on_day(_query: CallbackQuery, callback_data: StaffDay, turn: Turn) -> None:
    await show_day(turn, callback_data.specialist_id, callback_data.date, week=callback_data.week)


def router() -> Router:
    router = Router(name="staff-day")
    router.callback_query.register(on_day, StaffDay.filter())
    return router
