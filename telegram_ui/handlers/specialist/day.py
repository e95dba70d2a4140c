"""Days and weeks of one specialist, or of everybody for an admin."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.queries.bookings import counts_by_day, day_bookings, specialist_day
from bookings.queries.catalog import active_specialists, get_location, list_locations, specialist_names
from bookings.read_models import BookingCard, Text
from telegram_ui.callbacks import PeopleOf, PlaceDay, StaffDay, StaffMonth
from telegram_ui.handlers.client.choices import today_at
from telegram_ui.keyboards import staff as keyboards
from telegram_ui.keyboards.months import shifted
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.understanding import names_of, read_moment, read_name
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
    among = list_locations() if actor.is_admin else ()
    text = views.day(bookings, day, today(), _name(actor, specialist_id), among=among)
    keyboard = keyboards.day(bookings, specialist_id=specialist_id, at=day, today=today(), is_admin=actor.is_admin)
    return Screen(f"day:{specialist_id}:{day}", text, keyboard)


def everybody_screen(*, actor: Actor, day: date, location_id: int = 0) -> Screen:
    """All visits of a day by specialist, or those at one place. Raises NotFound: no admin, no such place."""
    places = list_locations()
    place = get_location(location_id=location_id) if location_id else None
    bookings = day_bookings(actor=actor, location_id=location_id or None, date_from=day, date_to=day)
    groups: dict[tuple[int, int], list[BookingCard]] = {}
    counts: Counter[int] = Counter()
    for booking in bookings:
        specialist_id = booking.items[0].specialist_id
        groups.setdefault((booking.location.id, specialist_id), []).append(booking)
        counts[specialist_id] += 1
    # Place by place, each as its own clock has it; the sort keeps who begins first in front.
    order = {card.id: number for number, card in enumerate(places)}
    placed = sorted(groups.items(), key=lambda group: order.get(group[0][0], len(order)))
    names = {key: plain(_name_of(bookings, key) or "") for key in counts}
    now = today_at(place.zone) if place else today()
    text = views.everybody(
        [(names[key], group) for (_at, key), group in placed], day, now, among=places, place=place
    )
    keyboard = keyboards.everybody(
        [(key, names[key], counts[key]) for key in counts], at=day, today=now, places=places, place=place
    )
    return Screen(f"at:{location_id}:{day}" if place else f"day:0:{day}", text, keyboard)


def week_screen(*, actor: Actor, specialist_id: int, day: date) -> Screen:
    """Seven days from ``day``; 0 means everybody."""
    last = day + timedelta(days=DAYS - 1)
    counts = counts_by_day(actor=actor, date_from=day, date_to=last, specialist_id=specialist_id or None)
    text = views.week(list(counts.items()), today(), _name(actor, specialist_id))
    keyboard = keyboards.week(list(counts.items()), specialist_id=specialist_id)
    return Screen(f"week:{specialist_id}:{day}", text, keyboard)


def month_screen(*, actor: Actor, specialist_id: int, month: date) -> Screen:
    """The month that begins on ``month``; 0 means everybody."""
    last = shifted(month, 1) - timedelta(days=1)
    counts = counts_by_day(actor=actor, date_from=month, date_to=last, specialist_id=specialist_id or None)
    text = views.month(month, sum(counts.values()), _name(actor, specialist_id))
    keyboard = keyboards.month(counts, specialist_id=specialist_id, month=month, today=today())
    return Screen(f"month:{specialist_id}:{month}", text, keyboard)


def _name(actor: Actor, specialist_id: int) -> Text | None:
    """Of whose days they are; specialists know their own name."""
    if specialist_id in (0, actor.specialist_id):
        return None
    return specialist_names({specialist_id}).get(specialist_id)


def people_screen(*, actor: Actor, day: date) -> Screen:
    """All specialists with their number of visits on ``day``. Raises NotFound unless the actor is an admin."""
    counts: dict[int, int] = {}
    for booking in day_bookings(actor=actor, location_id=None, date_from=day, date_to=day):
        for specialist_id in {item.specialist_id for item in booking.items}:
            counts[specialist_id] = counts.get(specialist_id, 0) + 1
    people = [(key, plain(name), counts.get(key, 0)) for key, name in active_specialists().items()]
    return Screen(f"people:{day}", views.people(day, today()), keyboards.people(people, at=day))


def require(turn: Turn, specialist_id: int) -> None:
    """Everybody's days are for admins; whose a specialist may see, the queries say. Raises Outdated."""
    if not turn.is_staff or (specialist_id == 0 and not turn.is_admin):
        raise Outdated(views.staff_only())


async def show_day(turn: Turn, specialist_id: int, day: date, *, week: bool = False, toast: str = "") -> None:
    """Words are understood from here on: another day, and for admins another specialist."""
    require(turn, specialist_id)
    if week:
        screen = await turn.run(week_screen, actor=turn.actor, specialist_id=specialist_id, day=day)
    elif specialist_id == 0:
        screen = await turn.run(everybody_screen, actor=turn.actor, day=day)
    else:
        screen = await turn.run(day_screen, actor=turn.actor, specialist_id=specialist_id, day=day)
    await _show(turn, screen, specialist_id, day, toast=toast)


async def show_place_day(turn: Turn, location_id: int, day: date) -> None:
    """A place that is gone leads back to all."""
    require(turn, 0)
    try:
        screen = await turn.run(everybody_screen, actor=turn.actor, day=day, location_id=location_id)
    except NotFound:
        await show_day(turn, 0, day)
        return
    await _show(turn, screen, 0, day, location_id=location_id)


async def _show(
    turn: Turn, screen: Screen, specialist_id: int, day: date, *, location_id: int = 0, toast: str = ""
) -> None:
    form = {"specialist": specialist_id, "day": day.toordinal()}
    await turn.keep(at=Form.staff_day, form={**form, "place": location_id} if location_id else form)
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


async def on_place(_query: CallbackQuery, callback_data: PlaceDay, turn: Turn) -> None:
    await show_place_day(turn, callback_data.location_id, callback_data.date)


async def on_month(_query: CallbackQuery, callback_data: StaffMonth, turn: Turn) -> None:
    await show_month(turn, callback_data.specialist_id, callback_data.first)


async def show_month(turn: Turn, specialist_id: int, month: date) -> None:
    require(turn, specialist_id)
    screen = await turn.run(month_screen, actor=turn.actor, specialist_id=specialist_id, month=month)
    await _show(turn, screen, specialist_id, month)


async def on_people(_query: CallbackQuery, callback_data: PeopleOf, turn: Turn) -> None:
    await show_people(turn, callback_data.date)


async def show_people(turn: Turn, day: date) -> None:
    require(turn, 0)
    screen = await turn.run(people_screen, actor=turn.actor, day=day)
    await _show(turn, screen, 0, day)


async def typed_day(turn: Turn, text: str) -> bool:
    """A date leads to that day; the name of a specialist or of a place to theirs; ``False`` for anything else."""
    form = (await turn.data()).get("form") or {}
    if not turn.is_staff or not isinstance(form, dict) or "day" not in form:
        return False
    moment = read_moment(text, await turn.run(today))
    if moment is not None and moment.day is not None:
        if form.get("place"):
            await show_place_day(turn, int(form["place"]), moment.day)
        else:
            await show_day(turn, int(form["specialist"]), moment.day)
        return True
    if not turn.is_admin:
        return False
    places = {card.id: names_of(card.name) for card in await turn.run(list_locations)}
    place = read_name(text, places) if len(places) > 1 else None
    if place is not None:
        await show_place_day(turn, place, date.fromordinal(int(form["day"])))
        return True
    people = await turn.run(active_specialists)
    found = read_name(text, {key: names_of(name) for key, name in people.items()})
    if found is None:
        return False
    await show_day(turn, found, date.fromordinal(int(form["day"])))
    return True


def router() -> Router:
    router = Router(name="staff-day")
    router.callback_query.register(on_day, StaffDay.filter())
    router.callback_query.register(on_place, PlaceDay.filter())
    router.callback_query.register(on_month, StaffMonth.filter())
    router.callback_query.register(on_people, PeopleOf.filter())
    return router
