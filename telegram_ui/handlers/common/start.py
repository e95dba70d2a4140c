"""Commands, deep links, and the reply keyboard."""

from collections.abc import Awaitable, Callable

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bookings.actor import Actor
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import NotFound, WrongStatus
from bookings.queries.bookings import get_booking
from bookings.queries.catalog import list_locations, list_services
from bookings.queries.look import one_look
from bookings.queries.users import company
from telegram_ui.callbacks import GoTo, Place
from telegram_ui.drafts import Draft, new_draft
from telegram_ui.handlers.admin.campaigns import show_campaigns
from telegram_ui.handlers.admin.clashes import show_clashes
from telegram_ui.handlers.admin.composing import ask_new as ask_new_campaign
from telegram_ui.handlers.admin.invites import PREFIX, ask_admin, ask_specialist, show_team
from telegram_ui.handlers.admin.letters import show_letters
from telegram_ui.handlers.admin.line import show_lines
from telegram_ui.handlers.admin.manage import show_manage
from telegram_ui.handlers.admin.statistics import show_statistics
from telegram_ui.handlers.client import choices
from telegram_ui.handlers.client.flow import show_step, start_booking
from telegram_ui.handlers.client.visits import move, show_visits
from telegram_ui.handlers.common.home import show_anchor, show_home
from telegram_ui.handlers.common.joining import join
from telegram_ui.handlers.common.on_booking import open_card
from telegram_ui.handlers.common.own_photo import ask_photo
from telegram_ui.handlers.common.profile import ask_name, ask_phone, show_languages, show_profile
from telegram_ui.handlers.common.wishes import ask_forget, ask_quiet, show_data, show_wishes
from telegram_ui.handlers.specialist.clients import ask_find, ask_new
from telegram_ui.handlers.specialist.day import show_own_day
from telegram_ui.handlers.specialist.figures import show_own_figures
from telegram_ui.keyboards import main as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import errors, home as views

#: The link that only asks to book, whatever it may be.
ANY_BOOKING = "book"
#: Before the id of a visit that is to be moved.
RESCHEDULE = "resched_"


async def start(message: Message, command: CommandObject, turn: Turn) -> None:
    """Welcome and menu; a link leads straight to what it names, and greets only who is new here."""
    payload = command.args or ""
    if not payload or not await turn.menu.is_known():
        card = await turn.run(company)
        name = message.from_user.first_name if message.from_user else ""
        await show_anchor(turn, views.welcome(card, name), language=turn.user.language, force=True)
    if not payload:
        await show_home(turn)
        return
    if payload.startswith(PREFIX):
        await join(turn, payload.removeprefix(PREFIX))
        return
    if payload.startswith(RESCHEDULE):
        await _open_move(turn, payload.removeprefix(RESCHEDULE))
        return
    draft = await turn.run(linked_draft, payload, turn.actor, turn.user.user_id)
    if payload == ANY_BOOKING:
        await start_booking(turn)
    elif draft is None:
        await start_booking(turn, toast=views.link_is_dead())
    else:
        await show_step(turn, draft, choices.first_step(draft))


async def _open_move(turn: Turn, number: str) -> None:
    """A visit that is the person's to move; anybody else is told so, without a word about whose it is."""
    try:
        booking = await turn.run(get_booking, actor=turn.actor, booking_id=_id_of(number) or 0)
    except NotFound:
        await show_home(turn, toast=views.link_of_another())
        return
    if booking.status in OPEN_STATUSES:
        await move(turn, booking)
    else:
        await open_card(turn, booking, toast=errors.text_of(WrongStatus(status=str(booking.status))))


def _id_of(number: str) -> int | None:
    """The id in a link, where there is one."""
    is_id = number.isascii() and number.isdigit() and len(number) <= 18  # noqa: PLR2004 - fits any id
    return int(number) if is_id else None


@one_look()
def linked_draft(payload: str, actor: Actor, user_id: int) -> Draft | None:
    """What a deep link asks for: ``book_<service>`` or ``loc_<location>``. ``None`` for what does not exist (any more)."""
    kind, _underscore, number = payload.partition("_")
    wanted, draft = _id_of(number), new_draft(user_id)
    if wanted is None:
        return None
    locations = choices.places_to_book(actor, user_id)
    if kind == "loc":
        return draft.with_location(wanted) if wanted in {card.id for card in locations} else None
    if kind != "book":
        return None
    offers = [
        (location, service)
        for location in locations
        for service in list_services(location_id=location.id)
        if service.id == wanted
    ]
    return choices.wished(actor, user_id, offers) if offers else None


async def show_about(turn: Turn) -> None:
    await turn.keep(at=None, form=None)
    text = views.about(await turn.run(company), await turn.run(list_locations))
    await turn.show(Screen("about", text, keyboards.about()))


async def show_help(turn: Turn) -> None:
    await turn.keep(at=None, form=None)
    await turn.show(Screen("help", views.help_text(is_staff=turn.is_staff), keyboards.only_menu()))


async def _my_day(turn: Turn) -> None:
    await show_own_day(turn)


async def _my_tomorrow(turn: Turn) -> None:
    await show_own_day(turn, ahead=1)


async def _my_week(turn: Turn) -> None:
    await show_own_day(turn, week=True)


Opener = Callable[[Turn], Awaitable[None]]

PLACES: dict[Place, Opener] = {
    Place.HOME: show_home,
    Place.BOOK: start_booking,
    Place.BOOKINGS: show_visits,
    Place.PROFILE: show_profile,
    Place.LANGUAGE: show_languages,
    Place.NAME: ask_name,
    Place.PHONE: ask_phone,
    Place.PHOTO: ask_photo,
    Place.ABOUT: show_about,
    Place.WISHES: show_wishes,
    Place.QUIET: ask_quiet,
    Place.DATA: show_data,
    Place.FORGET: ask_forget,
    Place.MANAGE: show_manage,
    Place.DAY: _my_day,
    Place.CLASHES: show_clashes,
    Place.STATISTICS: show_statistics,
    Place.LETTERS: show_letters,
    Place.LINE: show_lines,
    Place.CAMPAIGNS: show_campaigns,
    Place.NEW_CAMPAIGN: ask_new_campaign,
    Place.TEAM: show_team,
    Place.INVITE_SPECIALIST: ask_specialist,
    Place.INVITE_ADMIN: ask_admin,
    Place.CLIENTS: ask_find,
    Place.MY_DAY: _my_day,
    Place.NEW_CLIENT: ask_new,
}

COMMANDS: dict[str, Opener] = {
    "menu": show_home,
    "cancel": show_home,
    "book": start_booking,
    "bookings": show_visits,
    "profile": show_profile,
    "language": show_languages,
    "about": show_about,
    "help": show_help,
    "today": _my_day,
    "tomorrow": _my_tomorrow,
    "week": _my_week,
    "figures": show_own_figures,
}


async def on_command(_message: Message, command: CommandObject, turn: Turn) -> None:
    await COMMANDS[command.command.lower()](turn)


async def on_label(_message: Message, turn: Turn, place: Place) -> None:
    await PLACES[place](turn)


async def on_place(_query: CallbackQuery, callback_data: GoTo, turn: Turn) -> None:
    await PLACES[callback_data.place](turn)


async def is_label(message: Message) -> bool | dict[str, Place]:
    """Filter: a press on the reply keyboard, in whichever language it was sent."""
    place = keyboards.place_of_label(message.text or "")
    return {"place": place} if place else False


def router() -> Router:
    router = Router(name="start")
    router.message.register(start, Command("start", ignore_case=True))
    router.message.register(on_command, Command(*COMMANDS, ignore_case=True))
    router.message.register(on_label, is_label)
    router.callback_query.register(on_place, GoTo.filter())
    return router
