"""The main menu, for whoever asks, with what they are likely to want next."""

from dataclasses import replace

import structlog
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import BookingStatus, Role
from bookings.exceptions import BookingError
from bookings.queries.bookings import past_bookings, upcoming_bookings
from bookings.queries.catalog import list_locations
from bookings.queries.look import one_look
from bookings.queries.users import company
from bookings.read_models import BookingCard
from telegram_ui import bot_profile
from telegram_ui.drafts import draft_of_visit
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.keyboards import main as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import home as views
from telegram_ui.views.format import local_date, near_moment, short

log = structlog.get_logger(__name__)

HOME = "home"
#: Shape of the keyboard that asks for a contact, which takes the anchor's place for a while.
CONTACT = "contact"


@one_look()
def home_screen(*, actor: Actor, user_id: int) -> Screen:
    """Synchronous; run it in a database thread."""
    locations = list_locations()
    zone = locations[0].zone if locations else "UTC"
    today = local_date(clock.now(), zone)
    ahead = upcoming_bookings(actor=actor, client_id=user_id, limit=1)
    keyboard = keyboards.home(
        role=actor.role,
        specialist_id=actor.specialist_id,
        today=today.toordinal(),
        repeat=_repeat(actor, user_id),
    )
    return Screen(HOME, views.home(company(), ahead[0] if ahead else None, today), keyboard)


def last_visit(actor: Actor, user_id: int) -> BookingCard | None:
    """The latest visit that took place."""
    latest = past_bookings(actor=actor, client_id=user_id, limit=5, offset=0)
    visited = (BookingStatus.DONE, BookingStatus.CONFIRMED)
    return next((booking for booking in latest if booking.status in visited), None)


def _repeat(actor: Actor, user_id: int) -> tuple[int, str] | None:
    """The last visit with the time it can be had again, for a label; ``None`` where it can't."""
    booking = last_visit(actor, user_id)
    if booking is None:
        return None
    try:
        slot = free_times.like_before(booking, replace(draft_of_visit(booking, move=False), client_id=user_id))
    except BookingError:
        return None
    if slot is None:
        return None
    zone = booking.location.zone
    when = near_moment(slot.starts_at, zone, choices.today_at(zone))
    return booking.id, f"{when} · {short(booking.items[0].service_name, 16)}"


async def show_home(turn: Turn, *, toast: str = "") -> None:
    """Leaves whatever was being done; a draft that became a booking is remembered for a second tap on its button."""
    draft = await turn.draft()
    made = draft.to_data() if draft and draft.made else None
    await turn.keep(at=None, draft=made, form=None)
    # The keyboard below is put right where it is missing, asks for a contact, or speaks another language.
    await show_anchor(turn, views.menu_is_below(), language=turn.user.language)
    screen = await turn.run(home_screen, actor=turn.actor, user_id=turn.user.user_id)
    await turn.show(screen, toast=toast)


async def show_anchor(turn: Turn, text: str, *, language: str, force: bool = False) -> None:
    """The reply keyboard, in the language that is active, and with it the commands of who they are."""
    board = f"main:{language}"
    shape = f"{board}:{_rank(turn)}" if turn.is_staff else board
    before = await turn.menu.anchored()
    if not force and before.startswith(board):
        await turn.menu.reanchor(shape)  # they are somebody else by now, with the same keyboard
    else:
        await turn.menu.anchor(text, keyboards.anchor(), shape=shape, force=force)
    # A client who comes for the first time has the commands that everybody is offered.
    if (force or shape != before) if turn.is_staff else before not in ("", CONTACT, shape):
        await _offer_commands(turn, language)


def _rank(turn: Turn) -> Role:
    return Role.ADMIN if turn.is_admin else Role.SPECIALIST if turn.is_staff else Role.CLIENT


async def _offer_commands(turn: Turn, language: str) -> None:
    """Those of this chat go before those everybody is offered: by role, in the language that was chosen here.

    Only an offer: what Telegram makes of it stops nothing.
    """
    offered = bot_profile.commands(language=language, role=_rank(turn))
    commands = [BotCommand(command=name, description=text) for name, text in offered]
    try:
        await turn.bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=turn.chat_id))
    except TelegramAPIError as error:
        log.info("home.commands_not_offered", chat_id=turn.chat_id, error=str(error))
