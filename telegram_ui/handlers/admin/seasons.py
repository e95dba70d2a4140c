"""Hours that hold for a time: their list, a new one, other days for one, and the end of it. Its week is in hours.py."""

from datetime import date
from functools import partial

from aiogram import Router
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import InvalidValue, NotFound
from bookings.queries.working_week import seasons_of
from bookings.read_models import ALWAYS, Period
from bookings.services.resources.refusals import InvalidFields
from bookings.services.working_week import move_season, set_working_days
from telegram_ui.callbacks import OnSeason, SeasonAct, SeasonsOf
from telegram_ui.editor.kinds.base import not_understood
from telegram_ui.editor.parsing import read_days
from telegram_ui.editor.weeks import Week
from telegram_ui.handlers.admin.clashes import stranded_screen, stranding
from telegram_ui.handlers.admin.hours import days_of, row_of, show_saved, show_week, title_of
from telegram_ui.handlers.admin.manage import require_admin, show_manage
from telegram_ui.handlers.client.choices import today_at
from telegram_ui.keyboards import hours as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Editing
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import editor as editor_views, hours as views
from telegram_ui.views.home import press_a_button


def seasons_screen(actor: Actor, week: Week) -> Screen:
    """Synchronous. Raises NotFound."""
    periods = seasons_of(days_of(actor, week))
    text = views.seasons(periods, of=title_of(actor, week))
    return Screen(f"seasons:{week.key}", text, keyboards.seasons(periods, of=week))


def days_screen(actor: Actor, week: Week) -> Screen:
    """The question for the days: of a new one, or new days of one. Synchronous."""
    text = views.ask_days(of=title_of(actor, week), period=week.period)
    return Screen(f"season-days:{week.key}", text, keyboards.to_be_typed(of=week))


def sure_screen(actor: Actor, week: Week) -> Screen:
    """Synchronous."""
    text = views.ask_delete(of=title_of(actor, week), period=week.period)
    return Screen(f"season-sure:{week.key}", text, keyboards.sure(of=week))


_SCREENS = {
    Editing.seasons.state: seasons_screen,
    Editing.season_days.state: days_screen,
    Editing.season_end.state: sure_screen,
}


async def _show(turn: Turn, at: State, week: Week, *, toast: str = "") -> None:
    """A place that is gone leads to the menu of modules."""
    require_admin(turn)
    try:
        screen = await turn.run(_SCREENS[at.state], turn.actor, week)
    except NotFound:
        await show_manage(turn, toast=toast or editor_views.gone())
        return
    await turn.keep(at=at, form=week.to_data())
    await turn.show(screen, toast=toast)


async def on_seasons(_query: CallbackQuery, callback_data: SeasonsOf, turn: Turn) -> None:
    week = Week(callback_data.location_id, callback_data.specialist_id)
    await _show(turn, Editing.season_days if callback_data.new else Editing.seasons, week)


async def on_season(_query: CallbackQuery, callback_data: OnSeason, turn: Turn) -> None:
    if callback_data.period == ALWAYS:
        raise Outdated  # no button has it: the hours that hold always do not end at one press
    week = Week(callback_data.location_id, callback_data.specialist_id, callback_data.period)
    if callback_data.act == SeasonAct.OPEN:
        await show_week(turn, week)
    elif callback_data.act == SeasonAct.ASK_DAYS:
        await _show(turn, Editing.season_days, week)
    elif callback_data.act == SeasonAct.ASK_DELETE:
        await _show(turn, Editing.season_end, week)
    else:
        await _delete(turn, week)


async def _delete(turn: Turn, week: Week) -> None:
    """A second tap finds it done."""
    require_admin(turn)
    try:
        _done, stranded = await turn.run(stranding, turn.actor, week.of, partial(_end, turn.actor, week))
    except NotFound:
        await show_manage(turn, toast=editor_views.gone())
        return
    always = week.at(ALWAYS)
    if not stranded.count:
        await _show(turn, Editing.seasons, always, toast=editor_views.saved())
        return
    await turn.keep(at=Editing.seasons, form=always.to_data())
    screen = stranded_screen(f"seasons:{week.key}", editor_views.saved(), stranded, back=week.seasons())
    await turn.show(screen)


def _end(actor: Actor, week: Week) -> None:
    set_working_days(
        actor=actor,
        location_id=week.location_id,
        specialist_id=week.specialist_id or None,
        days={weekday: [] for weekday in range(7)},
        period=week.period,
    )


async def typed_seasons(turn: Turn, text: str) -> None:
    """Days where they were asked for; on the list they begin a new one; anything else is asked for again."""
    require_admin(turn)
    state, week = await turn.state.get_state(), Week.from_data((await turn.data()).get("form"))
    if week is None:
        await show_manage(turn)
        return
    days = None
    if state != Editing.season_end.state:
        days = read_days(text, await turn.run(_today, turn.actor, week))
    if days is None:
        said = not_understood() if state == Editing.season_days.state else press_a_button()
        await show_seasons(turn, toast=said)
    elif week.period == ALWAYS:
        await show_week(turn, week.at(days))
    else:
        await _move(turn, week, days)


def _today(actor: Actor, week: Week) -> date:
    return today_at(str(row_of(actor, "lo", week.location_id).values["timezone"]))


async def _move(turn: Turn, week: Week, to: Period) -> None:
    change = partial(
        move_season,
        actor=turn.actor,
        location_id=week.location_id,
        specialist_id=week.specialist_id or None,
        period=week.period,
        to=to,
    )
    try:
        _done, stranded = await turn.run(stranding, turn.actor, week.of, change)
    except InvalidValue:
        await _show(turn, Editing.season_days, week, toast=views.taken())
    except InvalidFields:
        await _show(turn, Editing.season_days, week, toast=not_understood())
    else:
        await show_saved(turn, week.at(to), stranded)


async def show_seasons(turn: Turn, *, toast: str) -> bool:
    """What somebody is at here, as it is now; ``False`` where they are elsewhere."""
    state, week = await turn.state.get_state(), Week.from_data((await turn.data()).get("form"))
    at = next(
        (one for one in (Editing.seasons, Editing.season_days, Editing.season_end) if one.state == state), None
    )
    if at is None or week is None:
        return False
    await _show(turn, at, week, toast=toast)
    return True


def router() -> Router:
    router = Router(name="admin-seasons")
    router.callback_query.register(on_seasons, SeasonsOf.filter())
    router.callback_query.register(on_season, OnSeason.filter())
    return router
