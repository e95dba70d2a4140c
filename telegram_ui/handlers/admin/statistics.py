"""Figures of a period as a picture: of everybody, or of one specialist."""

import asyncio
from dataclasses import dataclass

from aiogram import Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.queries.catalog import active_specialists, specialist_names
from bookings.queries.look import one_look
from bookings.queries.statistics import by_day, by_specialist, statistics
from bookings.queries.users import company
from telegram_ui.callbacks import ChartOf
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.handlers.specialist.day import today
from telegram_ui.handlers.specialist.figures import compared, span
from telegram_ui.keyboards import statistics as keyboards
from telegram_ui.pictures.charts import Chart
from telegram_ui.screen import Picture, Screen
from telegram_ui.turn import Turn
from telegram_ui.views import figures as figures_views, statistics as views


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown, but for the drawing of it."""

    name: str
    chart: Chart
    caption: str
    keyboard: InlineKeyboardMarkup


@one_look()
def page(*, actor: Actor, asked: ChartOf) -> Page:
    """Synchronous; run it in a database thread. Raises NotFound for a specialist that is none."""
    month, specialist_id = asked.month, asked.specialist_id or None
    first, last = span(asked.date, month=month)
    narrow = {"specialist_id": specialist_id}
    people = active_specialists()
    if specialist_id and specialist_id not in people:
        people |= specialist_names({specialist_id})  # they left; their figures stay
    whose = people.get(specialist_id or 0)
    if specialist_id and whose is None:
        raise NotFound("specialist")
    total = statistics(actor=actor, date_from=first, date_to=last, **narrow)
    drawn = views.chart(
        total,
        by_day(actor=actor, date_from=first, date_to=last, **narrow),
        () if specialist_id else by_specialist(actor=actor, date_from=first, date_to=last),
        company=company(), first=first, last=last, month=month, specialist=whose,
    )  # fmt: skip
    before = compared(actor, first, month=month, **narrow)
    caption = figures_views.page(
        total, before, first=first, last=last, month=month, currency=company().currency, specialist=whose
    )
    keyboard = keyboards.chart(asked, first=first, last=last, today=today(), people=people)
    return Page(f"chart:{asked.pack()}", drawn, caption, keyboard)


async def show_chart(turn: Turn, asked: ChartOf) -> None:
    """The data are read in a database thread, the picture is drawn in another: it would hold up the readers."""
    require_admin(turn)
    from telegram_ui.pictures.drawing import draw  # noqa: PLC0415 - Pillow is loaded by who looks at a picture

    found = await turn.run(page, actor=turn.actor, asked=asked)
    photo = await asyncio.to_thread(draw, found.chart)
    await turn.keep(at=None, form=None)
    await turn.show(Screen(found.name, found.caption, found.keyboard, picture=Picture(lambda: photo)))


async def show_statistics(turn: Turn) -> None:
    """Of everybody, in the week that runs."""
    require_admin(turn)
    day = await turn.run(today)
    await show_chart(turn, ChartOf(specialist_id=0, month=False, day=day.toordinal()))


async def on_chart(_query: CallbackQuery, callback_data: ChartOf, turn: Turn) -> None:
    await show_chart(turn, callback_data)


def router() -> Router:
    router = Router(name="statistics")
    router.callback_query.register(on_chart, ChartOf.filter())
    return router
