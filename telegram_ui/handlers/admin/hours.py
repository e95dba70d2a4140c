"""Weekly hours of places, and of people at them: a day by a press, several by typing."""

from collections.abc import Mapping, Sequence

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import InvalidValue, NotFound
from bookings.queries.affected import affected_ids
from bookings.queries.working_week import working_week
from bookings.read_models import DayHours, Span
from bookings.services.resources.reading import Row, get_row
from bookings.services.resources.refusals import RowChanged
from bookings.services.working_week import set_working_days
from telegram_ui.callbacks import DayAct, HoursOf, OnDay
from telegram_ui.editor.kinds.base import not_understood
from telegram_ui.editor.marks import mark_of_day
from telegram_ui.editor.modules import BY_CODE
from telegram_ui.editor.parsing import read_day_hours, read_week
from telegram_ui.handlers.admin.manage import require_admin, show_manage
from telegram_ui.keyboards import hours as keyboards
from telegram_ui.keyboards.editor import opening
from telegram_ui.screen import Screen
from telegram_ui.states import Editing
from telegram_ui.turn import Turn
from telegram_ui.views import editor as editor_views, hours as views
from telegram_ui.views.format import plain

PLACES, PEOPLE = BY_CODE["lo"], BY_CODE["sp"]


def _row(actor: Actor, code: str, row_id: int) -> Row:
    return get_row(actor=actor, entity=BY_CODE[code].entity, row_id=row_id)


def _week_of(actor: Actor, of: HoursOf) -> tuple[DayHours, ...]:
    return working_week(actor=actor, location_id=of.location_id, specialist_id=of.specialist_id or None)


def _title(actor: Actor, of: HoursOf) -> str:
    names = [plain(_row(actor, "lo", of.location_id).values["name"])] if of.location_id else []
    if of.specialist_id:
        names.insert(0, plain(_row(actor, "sp", of.specialist_id).values["name"]))
    return " · ".join(names)


def week_screen(actor: Actor, of: HoursOf) -> Screen:
    """Synchronous. Raises NotFound."""
    days = _week_of(actor, of)
    above = (PEOPLE, of.specialist_id) if of.specialist_id else (PLACES, of.location_id)
    back = opening(above[0], _row(actor, above[0].code, above[1]))
    text = views.week(days, of=_title(actor, of))
    return Screen(f"hours:{of.location_id}:{of.specialist_id}", text, keyboards.week(days, of=of, back=back))


def places_screen(actor: Actor, specialist_id: int) -> Screen:
    """Where they work, to choose from. Synchronous."""
    person = _row(actor, "sp", specialist_id)
    names = {key: _row(actor, "lo", key).values["name"] for key in person.values["locations"]}
    of = HoursOf(location_id=0, specialist_id=specialist_id)
    text = views.choose_place(_title(actor, of)) if names else views.nowhere()
    keyboard = keyboards.places(names, specialist_id=specialist_id, back=opening(PEOPLE, person))
    return Screen(f"hours:0:{specialist_id}", text, keyboard)


def day_screen(actor: Actor, of: HoursOf, weekday: int) -> tuple[Screen, DayHours]:
    """Synchronous."""
    hours = _week_of(actor, of)[weekday]
    text = views.day(hours, of=_title(actor, of))
    screen = Screen(f"hours:{of.location_id}:{of.specialist_id}:{weekday}", text, keyboards.day(hours, of=of))
    return screen, hours


async def show_week(turn: Turn, of: HoursOf, *, toast: str = "") -> None:
    """Days that are typed are understood from here on."""
    require_admin(turn)
    try:
        if of.location_id:
            screen = await turn.run(week_screen, turn.actor, of)
        else:
            screen = await turn.run(places_screen, turn.actor, of.specialist_id)
    except NotFound:
        await show_manage(turn, toast=toast or editor_views.gone())
        return
    form = {"location": of.location_id, "specialist": of.specialist_id}
    await turn.keep(at=Editing.hours, form=form)
    await turn.show(screen, toast=toast)


async def _ask_day(turn: Turn, of: HoursOf, weekday: int, *, toast: str = "") -> None:
    screen, hours = await turn.run(day_screen, turn.actor, of, weekday)
    form = {
        "location": of.location_id,
        "specialist": of.specialist_id,
        "weekday": weekday,
        "mark": mark_of_day(hours),
    }
    await turn.keep(at=Editing.hours, form=form)
    await turn.show(screen, toast=toast)


async def on_hours(_query: CallbackQuery, callback_data: HoursOf, turn: Turn) -> None:
    await show_week(turn, callback_data)


async def on_day(_query: CallbackQuery, callback_data: OnDay, turn: Turn) -> None:
    require_admin(turn)
    of = HoursOf(location_id=callback_data.location_id, specialist_id=callback_data.specialist_id)
    try:
        if callback_data.act == DayAct.ASK:
            await _ask_day(turn, of, callback_data.weekday)
        else:
            await _write(turn, of, {callback_data.weekday: []}, mark=callback_data.mark)
    except NotFound:
        await show_week(turn, of)


async def show_hours(turn: Turn, *, toast: str) -> bool:
    """The hours somebody is at, as they are now; ``False`` where they are not at any."""
    found = await _place(turn)
    if found is None:
        return False
    of, weekday, _mark = found
    if weekday is None:
        await show_week(turn, of, toast=toast)
    else:
        await _ask_day(turn, of, weekday, toast=toast)
    return True


async def _place(turn: Turn) -> tuple[HoursOf, int | None, str] | None:
    form = (await turn.data()).get("form")
    if not isinstance(form, dict) or "location" not in form or "specialist" not in form:
        return None
    of = HoursOf(location_id=int(form["location"]), specialist_id=int(form["specialist"]))
    return of, form.get("weekday"), str(form.get("mark", ""))


async def typed_hours(turn: Turn, text: str) -> None:
    """On a day its hours, or those of any days; on the week, days with their hours."""
    require_admin(turn)
    found = await _place(turn)
    if found is None or not found[0].location_id:
        await show_manage(turn)
        return
    of, weekday, mark = found
    spans = read_day_hours(text) if weekday is not None else None
    if weekday is not None and spans is not None:
        await _write(turn, of, {weekday: spans}, mark=mark)
        return
    days = read_week(text)
    if days is None:
        await show_hours(turn, toast=not_understood())
        return
    await _write(turn, of, days)


async def _write(turn: Turn, of: HoursOf, days: Mapping[int, Sequence[Span]], *, mark: str = "") -> None:
    """What is so already is left alone; with a ``mark``, a day that somebody else changed is shown instead."""
    try:
        await turn.run(_set, turn.actor, of, days, mark)
    except RowChanged:
        await show_hours(turn, toast=editor_views.changed())
        return
    except InvalidValue:
        await show_hours(turn, toast=views.overlap())
        return
    count = len(await turn.run(affected_ids, actor=turn.actor))
    warning = editor_views.stranded(count) if count else ""
    await show_week(turn, of, toast=f"{editor_views.saved()} {warning}".strip())


def _set(actor: Actor, of: HoursOf, days: Mapping[int, Sequence[Span]], mark: str) -> None:
    """Synchronous."""
    now = {day.weekday: day.spans for day in _week_of(actor, of) if day.weekday in days}
    if all(sorted(now[weekday]) == sorted(spans) for weekday, spans in days.items()):
        return
    marks = {day.weekday: mark_of_day(day) for day in _week_of(actor, of)}
    if mark and any(marks[weekday] != mark for weekday in days):
        raise RowChanged("The hours have changed since they were read")
    set_working_days(
        actor=actor,
        location_id=of.location_id,
        specialist_id=of.specialist_id or None,
        days=days,
        seen=now if mark else None,
    )


def router() -> Router:
    router = Router(name="admin-hours")
    router.callback_query.register(on_hours, HoursOf.filter())
    router.callback_query.register(on_day, OnDay.filter())
    return router
