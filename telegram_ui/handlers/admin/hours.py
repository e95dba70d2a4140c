"""Weekly hours of places, and of people at them: a day by a press, several by typing. Always, or for a time."""

from collections.abc import Mapping, Sequence
from functools import partial

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import InvalidValue, NotFound
from bookings.queries.working_week import seasons_of, working_week
from bookings.read_models import ALWAYS, DayHours, Span
from bookings.services.resources.reading import Row, get_row
from bookings.services.resources.refusals import RowChanged
from bookings.services.working_week import set_working_days
from telegram_ui.callbacks import DayAct, HoursOf, NightHours, OnDay
from telegram_ui.drafts import new_draft_id
from telegram_ui.editor import nights
from telegram_ui.editor.kinds.base import not_understood
from telegram_ui.editor.marks import mark_of_day
from telegram_ui.editor.modules import BY_CODE
from telegram_ui.editor.parsing import read_day_hours, read_week
from telegram_ui.editor.weeks import Week
from telegram_ui.handlers.admin.clashes import Stranded, stranded_screen, stranding
from telegram_ui.handlers.admin.manage import require_admin, show_manage
from telegram_ui.keyboards import hours as keyboards
from telegram_ui.keyboards.editor import opening
from telegram_ui.screen import Screen
from telegram_ui.states import Editing
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import editor as editor_views, hours as views
from telegram_ui.views.format import plain

PLACES, PEOPLE = BY_CODE["lo"], BY_CODE["sp"]


def row_of(actor: Actor, code: str, row_id: int) -> Row:
    return get_row(actor=actor, entity=BY_CODE[code].entity, row_id=row_id)


def days_of(actor: Actor, week: Week) -> tuple[DayHours, ...]:
    return working_week(
        actor=actor,
        location_id=week.location_id,
        specialist_id=week.specialist_id or None,
        period=week.period,
    )


def title_of(actor: Actor, week: Week) -> str:
    names = [plain(row_of(actor, "lo", week.location_id).values["name"])] if week.location_id else []
    if week.specialist_id:
        names.insert(0, plain(row_of(actor, "sp", week.specialist_id).values["name"]))
    return " · ".join(names)


def week_screen(actor: Actor, week: Week) -> Screen:
    """Synchronous. Raises NotFound."""
    days = days_of(actor, week)
    above = (PEOPLE, week.specialist_id) if week.specialist_id else (PLACES, week.location_id)
    back = opening(above[0], row_of(actor, above[0].code, above[1]))
    text = views.week(days, of=title_of(actor, week))
    return Screen(f"hours:{week.key}", text, keyboards.week(days, of=week, back=back))


def places_screen(actor: Actor, specialist_id: int) -> Screen:
    """Where they work, to choose from. Synchronous."""
    person = row_of(actor, "sp", specialist_id)
    names = {key: row_of(actor, "lo", key).values["name"] for key in person.values["locations"]}
    title = title_of(actor, Week(0, specialist_id))
    text = views.choose_place(title) if names else views.nowhere()
    keyboard = keyboards.places(names, specialist_id=specialist_id, back=opening(PEOPLE, person))
    return Screen(f"hours:0:{specialist_id}", text, keyboard)


def day_screen(actor: Actor, week: Week, weekday: int) -> tuple[Screen, DayHours]:
    """Synchronous."""
    hours = days_of(actor, week)[weekday]
    text = views.day(hours, of=title_of(actor, week))
    return Screen(f"hours:{week.key}:{weekday}", text, keyboards.day(hours, of=week)), hours


async def show_week(turn: Turn, week: Week, *, toast: str = "") -> None:
    """Days that are typed are understood from here on."""
    require_admin(turn)
    try:
        if week.location_id:
            screen = await turn.run(week_screen, turn.actor, week)
        else:
            screen = await turn.run(places_screen, turn.actor, week.specialist_id)
    except NotFound:
        await show_manage(turn, toast=toast or editor_views.gone())
        return
    await turn.keep(at=Editing.hours, form=week.to_data())
    await turn.show(screen, toast=toast)


async def _ask_day(turn: Turn, week: Week, weekday: int, *, toast: str = "") -> None:
    screen, hours = await turn.run(day_screen, turn.actor, week, weekday)
    form = {**week.to_data(), "weekday": weekday, "mark": mark_of_day(hours)}
    await turn.keep(at=Editing.hours, form=form)
    await turn.show(screen, toast=toast)


async def on_hours(_query: CallbackQuery, callback_data: HoursOf, turn: Turn) -> None:
    await show_week(turn, Week(callback_data.location_id, callback_data.specialist_id))


async def on_day(_query: CallbackQuery, callback_data: OnDay, turn: Turn) -> None:
    require_admin(turn)
    week = Week(callback_data.location_id, callback_data.specialist_id)
    try:
        marked = await turn.run(_marked, turn.actor, week, callback_data.weekday, callback_data.mark)
        place = await _place(turn)
        if marked is None and place is not None and place[0].key == week.key:
            marked = place[0]  # the day has changed since; what it is now, the period that was looked at tells
        week = marked or week
        if callback_data.act == DayAct.ASK:
            await _ask_day(turn, week, callback_data.weekday)
        else:
            await _write(turn, week, {callback_data.weekday: []}, mark=callback_data.mark)
    except NotFound:
        await show_week(turn, week)


def _marked(actor: Actor, always: Week, weekday: int, mark: str) -> Week | None:
    """The period whose day has that mark, as the button has no room for its days; ``None`` for none. Synchronous."""
    days = days_of(actor, always)
    for period in (ALWAYS, *seasons_of(days)):
        week = always.at(period)
        if mark_of_day(days_of(actor, week)[weekday]) == mark:
            return week
    return None


async def show_hours(turn: Turn, *, toast: str) -> bool:
    """The hours somebody is at, as they are now; ``False`` where they are not at any."""
    found = await _place(turn)
    if found is None:
        return False
    week, weekday, _mark = found
    if weekday is None:
        await show_week(turn, week, toast=toast)
    else:
        await _ask_day(turn, week, weekday, toast=toast)
    return True


async def _place(turn: Turn) -> tuple[Week, int | None, str] | None:
    if await turn.state.get_state() != Editing.hours.state:
        return None
    form = (await turn.data()).get("form")
    week = Week.from_data(form)
    return None if week is None or form is None else (week, form.get("weekday"), str(form.get("mark", "")))


async def typed_hours(turn: Turn, text: str) -> None:
    """On a day its hours, or those of any days; on the week, days with their hours."""
    require_admin(turn)
    found = await _place(turn)
    if found is None or not found[0].location_id:
        await show_manage(turn)
        return
    week, weekday, mark = found
    spans = read_day_hours(text) if weekday is not None else None
    if weekday is not None and spans is not None:
        await _write(turn, week, {weekday: spans}, mark=mark)
        return
    days = read_week(text)
    if days is None:
        await show_hours(turn, toast=not_understood())
        return
    await _write(turn, week, days)


async def _write(
    turn: Turn, week: Week, days: Mapping[int, Sequence[Span]], *, mark: str = "", over_midnight: bool = False
) -> None:
    """What is so already is left alone; with a ``mark``, a day that somebody else changed is shown instead.

    Hours that end before they begin are asked back, unless ``over_midnight`` says that the next day is meant.
    """
    if nights.of_night(days) and not over_midnight:
        await _ask_night(turn, week, days, mark=mark)
        return
    change = partial(_set, turn.actor, week, days, mark, over_midnight=over_midnight)
    try:
        _done, stranded = await turn.run(stranding, turn.actor, week.of, change)
    except RowChanged:
        await show_hours(turn, toast=editor_views.changed())
        return
    except InvalidValue:
        await show_hours(turn, toast=views.overlap())
        return
    await show_saved(turn, week, stranded)


async def _ask_night(turn: Turn, week: Week, days: Mapping[int, Sequence[Span]], *, mark: str) -> None:
    """Hours of the day that was asked for, or of any, can be typed anew meanwhile."""
    draft = new_draft_id()
    form = {**week.to_data(), nights.NIGHT: nights.to_data(draft, days)}
    await turn.keep(at=Editing.hours, form={**form, "weekday": next(iter(days)), "mark": mark} if mark else form)
    title = await turn.run(title_of, turn.actor, week)
    text = views.ask_night(nights.of_night(days), of=title, period=week.period)
    await turn.show(Screen(f"hours:{week.key}:night", text, keyboards.ask_night(draft, of=week)))


async def on_night(_query: CallbackQuery, callback_data: NightHours, turn: Turn) -> None:
    require_admin(turn)
    found = await _place(turn)
    form = (await turn.data()).get("form") or {}
    days = nights.from_data(form.get(nights.NIGHT), callback_data.draft)
    if found is None or days is None:
        raise Outdated
    week, _weekday, mark = found
    await _write(turn, week, days, mark=mark, over_midnight=True)


async def show_saved(turn: Turn, week: Week, stranded: Stranded) -> None:
    """The week; first the visits that the change left without their time, where there are any."""
    if not stranded.count:
        await show_week(turn, week, toast=editor_views.saved())
        return
    await turn.keep(at=Editing.hours, form=week.to_data())
    screen = stranded_screen(f"hours:{week.key}", editor_views.saved(), stranded, back=week.opening())
    await turn.show(screen)


def _set(actor: Actor, week: Week, days: Mapping[int, Sequence[Span]], mark: str, *, over_midnight: bool) -> None:
    """Synchronous."""
    there = days_of(actor, week)
    now = {day.weekday: day.spans for day in there if day.weekday in days}
    if all(sorted(now[weekday]) == sorted(spans) for weekday, spans in days.items()):
        return
    marks = {day.weekday: mark_of_day(day) for day in there}
    if mark and any(marks[weekday] != mark for weekday in days):
        raise RowChanged("The hours have changed since they were read")
    set_working_days(
        actor=actor,
        location_id=week.location_id,
        specialist_id=week.specialist_id or None,
        days=days,
        over_midnight=over_midnight,
        period=week.period,
        seen=now if mark else None,
    )


def router() -> Router:
    router = Router(name="admin-hours")
    router.callback_query.register(on_hours, HoursOf.filter())
    router.callback_query.register(on_day, OnDay.filter())
    router.callback_query.register(on_night, NightHours.filter())
    return router
