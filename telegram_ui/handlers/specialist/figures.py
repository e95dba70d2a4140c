"""A specialist's own figures, by week and by month."""

from datetime import date, timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.queries.catalog import specialist_names
from bookings.queries.look import one_look
from bookings.queries.statistics import statistics
from bookings.queries.users import company
from bookings.read_models import Figures
from telegram_ui.callbacks import FiguresOf
from telegram_ui.handlers.specialist.day import today
from telegram_ui.handlers.specialist.time_off import require_staff
from telegram_ui.keyboards import figures as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import figures as views


def span(day: date, *, month: bool) -> tuple[date, date]:
    """First and last day of the week (from Monday) or the month that ``day`` lies in."""
    if not month:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def compared(actor: Actor, first: date, *, month: bool, specialist_id: int | None) -> Figures:
    """Of the period before the one that begins on ``first``. Synchronous."""
    earlier, before = span(first - timedelta(days=1), month=month)
    return statistics(actor=actor, date_from=earlier, date_to=before, specialist_id=specialist_id)


@one_look()
def screen(*, actor: Actor, specialist_id: int, day: date, month: bool, opened_from: date | None) -> Screen:
    """``opened_from``: the day that Back leads to, else today. Synchronous; run it in a database thread. Raises NotFound for a colleague's."""
    first, last = span(day, month=month)
    now = statistics(actor=actor, date_from=first, date_to=last, specialist_id=specialist_id)
    then = compared(actor, first, month=month, specialist_id=specialist_id)
    own = specialist_id == actor.specialist_id
    name = None if own else specialist_names({specialist_id}).get(specialist_id)
    text = views.page(now, then, first=first, last=last, month=month, currency=company().currency, specialist=name)
    keyboard = keyboards.page(
        specialist_id=specialist_id, first=first, last=last, month=month, today=today(), opened_from=opened_from
    )
    return Screen(f"figures:{specialist_id}:{month}:{first}", text, keyboard)


async def show_figures(turn: Turn, specialist_id: int, day: date, *, month: bool) -> None:
    require_staff(turn)
    opened_from = await _opened_from(turn)
    await turn.keep(at=None, form={"figures": opened_from.toordinal()} if opened_from else None)
    drawn = await turn.run(
        screen, actor=turn.actor, specialist_id=specialist_id, day=day, month=month, opened_from=opened_from
    )
    await turn.show(drawn)


async def _opened_from(turn: Turn) -> date | None:
    """The day that was looked at, also while the figures are leafed through."""
    form = (await turn.data()).get("form")
    if not isinstance(form, dict):
        return None
    at_day = await turn.state.get_state() == Form.staff_day.state
    day = form.get("day") if at_day else form.get("figures")
    return date.fromordinal(int(day)) if day else None


async def show_own_figures(turn: Turn) -> None:
    """Behind /figures. Raises Outdated for who has no calendar of their own."""
    require_staff(turn)
    if turn.user.specialist_id is None:
        raise Outdated(views.no_calendar())
    await show_figures(turn, turn.user.specialist_id, await turn.run(today), month=False)


async def on_figures(_query: CallbackQuery, callback_data: FiguresOf, turn: Turn) -> None:
    await show_figures(turn, callback_data.specialist_id, callback_data.date, month=callback_data.month)


def router() -> Router:
    router = Router(name="figures")
    router.callback_query.register(on_figures, FiguresOf.filter())
    return router
