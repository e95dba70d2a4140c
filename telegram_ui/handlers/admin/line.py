"""A place's waitlist: who waits for what, and taking somebody off."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.enums import ON_WAITLIST
from bookings.queries.catalog import get_location, list_locations
from bookings.queries.waitlist import get_entry, location_waitlist
from bookings.read_models import WaitlistCard
from bookings.services.waitlist import leave_waitlist
from telegram_ui.callbacks import LineAct, LineOf, OnLine
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.handlers.client.choices import today_at
from telegram_ui.keyboards import line as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import line as views

PAGE = 5
#: Who stands further behind is for the admin site.
LONGEST = 100


async def show_lines(turn: Turn) -> None:
    """The place is asked for where there are several."""
    require_admin(turn)
    places = await turn.run(list_locations)
    if len(places) == 1:
        await show_line(turn, places[0].id)
        return
    await turn.keep(at=None, form=None)
    await turn.show(Screen("lines", views.choose_place(), keyboards.places(places)))


async def show_line(turn: Turn, location_id: int, *, page: int = 0, toast: str = "") -> None:
    require_admin(turn)
    place = await turn.run(get_location, location_id=location_id)
    several = len(await turn.run(list_locations)) > 1
    line = await turn.run(location_waitlist, actor=turn.actor, location_id=location_id, limit=LONGEST)
    page = min(page, max(len(line) - 1, 0) // PAGE)
    first = page * PAGE
    shown = line[first : first + PAGE]
    await turn.keep(at=None, form=None)
    text = views.page(place, shown, first + 1, today_at(place.zone))
    keyboard = keyboards.page(
        place, shown, first=first + 1, page=page, has_more=len(line) > first + PAGE, several=several
    )
    await turn.show(Screen(f"line:{location_id}:{page}", text, keyboard), toast=toast)


async def on_page(_query: CallbackQuery, callback_data: LineOf, turn: Turn) -> None:
    await show_line(turn, callback_data.location_id, page=callback_data.page)


async def on_entry(_query: CallbackQuery, callback_data: OnLine, turn: Turn) -> None:
    require_admin(turn)
    entry_id = callback_data.entry_id
    if callback_data.act == LineAct.OFF:
        entry = await turn.run(
            leave_waitlist,
            actor=turn.actor,
            entry_id=entry_id,
            idempotency_key=f"off:{turn.user.user_id}:{entry_id}",
        )
        await show_line(turn, entry.location.id, toast=views.taken_off())
        return
    await (ask_off if callback_data.act == LineAct.ASK_OFF else show_entry)(turn, entry_id)


async def ask_off(turn: Turn, entry_id: int) -> None:
    """Of who waits no more there is nothing to ask."""
    require_admin(turn)
    entry = await turn.run(get_entry, actor=turn.actor, entry_id=entry_id)
    if entry.state not in ON_WAITLIST:
        await _show_card(turn, entry)
        return
    text = views.ask_off(entry, today_at(entry.location.zone))
    await turn.show(Screen(f"waits-off:{entry.id}", text, keyboards.ask_off(entry)))


async def show_entry(turn: Turn, entry_id: int) -> None:
    require_admin(turn)
    await _show_card(turn, await turn.run(get_entry, actor=turn.actor, entry_id=entry_id))


async def _show_card(turn: Turn, entry: WaitlistCard) -> None:
    text = views.card(entry, today_at(entry.location.zone))
    await turn.show(Screen(f"waits:{entry.id}", text, keyboards.card(entry)))


def router() -> Router:
    router = Router(name="line")
    router.callback_query.register(on_page, LineOf.filter())
    router.callback_query.register(on_entry, OnLine.filter())
    return router
