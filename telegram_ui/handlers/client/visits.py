"""My visits: the list, a card, cancelling, moving, booking again."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import BufferedInputFile, CallbackQuery

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.exceptions import BookingError, ServiceUnavailable, StaleVersion, WrongStatus
from bookings.policies import Action
from bookings.queries.bookings import cancellation_of, get_booking, past_bookings, past_count, upcoming_bookings
from bookings.queries.calendar_feed import booking_ics
from bookings.queries.changeable import require_changeable
from bookings.queries.reviews import review_of
from bookings.queries.users import company
from bookings.queries.waitlist import client_waitlist
from bookings.read_models import BookingCard
from bookings.services.cancel_booking import cancel_booking
from telegram_ui.callbacks import BookingsPage, OnBooking, Repeat, Step
from telegram_ui.drafts import draft_after, draft_of_visit
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.handlers.client.flow import show_step, start_move
from telegram_ui.keyboards import bookings as keyboards
from telegram_ui.keyboards.waitlist import leave as leave_waitlist
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import bookings as views, reviews as review_views, waitlist as waitlist_views

AHEAD = 6
PAGE = 5


async def show_visits(turn: Turn, *, page: int = 0, toast: str = "") -> None:
    await turn.keep(at=None, form=None)
    found = await turn.run(
        upcoming_bookings, actor=turn.actor, client_id=turn.user.user_id, limit=AHEAD + 1, offset=page * AHEAD
    )
    if not found and page:
        await show_visits(turn, toast=toast)
        return
    ahead = found[:AHEAD]
    past = await turn.run(past_bookings, actor=turn.actor, client_id=turn.user.user_id, limit=1, offset=0)
    waiting = await turn.run(client_waitlist, actor=turn.actor, client_id=turn.user.user_id)
    today = choices.today_at(ahead[0].location.zone if ahead else "UTC")
    text = views.upcoming(ahead, today)
    if waiting:
        text += "\n\n" + waitlist_views.waiting(waiting, today)
    keyboard = keyboards.upcoming(
        ahead, has_past=bool(past), waiting=leave_waitlist(waiting), page=page, has_more=len(found) > AHEAD
    )
    await turn.show(Screen(f"visits:{page}", text, keyboard), toast=toast)


async def on_page(_query: CallbackQuery, callback_data: BookingsPage, turn: Turn) -> None:
    if callback_data.past:
        await show_past(turn, callback_data.page)
    else:
        await show_visits(turn, page=callback_data.page)


async def show_past(turn: Turn, page: int) -> None:
    there = await turn.run(past_count, actor=turn.actor, client_id=turn.user.user_id)
    page = min(page, max(there - 1, 0) // PAGE)
    found = await turn.run(
        past_bookings, actor=turn.actor, client_id=turn.user.user_id, limit=PAGE + 1, offset=page * PAGE
    )
    shown = found[:PAGE]
    today = choices.today_at(shown[0].location.zone if shown else "UTC")
    keyboard = keyboards.past(shown, page=page, has_more=len(found) > PAGE)
    await turn.show(Screen(f"past:{page}", views.past(shown, today), keyboard))


async def current(turn: Turn, callback_data: OnBooking) -> BookingCard:
    """The booking as it is now. Raises StaleVersion when the button was drawn from an older one, NotFound."""
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=callback_data.booking_id)
    if booking.version != callback_data.version:
        raise StaleVersion("the button is older than the booking", booking_id=booking.id)
    return booking


async def show_card(turn: Turn, booking: BookingCard, *, toast: str = "", below: bool = False) -> None:
    off = booking.status == BookingStatus.CANCELLED
    cancellation = await turn.run(cancellation_of, actor=turn.actor, booking_id=booking.id) if off else None
    text = views.card(booking, choices.today_at(booking.location.zone), cancellation)
    done = booking.status == BookingStatus.DONE
    review = await turn.run(review_of, actor=turn.actor, booking_id=booking.id) if done else None
    if review:
        text = f"{text}\n\n{review_views.own(review)}"
    screen = Screen(f"visit:{booking.id}", text, keyboards.card(booking, may_rate=done and review is None))
    await turn.show(screen, toast=toast, below=below)


async def send_calendar(turn: Turn, booking_id: int) -> None:
    """The visit as it is now, as a file that calendars open; the menu stays where it is."""
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=booking_id)
    if booking.status not in OPEN_STATUSES:
        raise WrongStatus("not open", status=str(booking.status))
    content = await turn.run(booking_ics, actor=turn.actor, booking_id=booking_id)
    await turn.answer()
    file = BufferedInputFile(content, filename=f"visit-{booking_id}.ics")
    await turn.bot.send_document(turn.chat_id, file, caption=views.calendar_hint())


async def ask_cancel(turn: Turn, booking: BookingCard, *, below: bool = False) -> None:
    await turn.run(require_changeable, actor=turn.actor, booking_id=booking.id, action=Action.CANCEL)
    text = views.ask_cancel(booking, choices.today_at(booking.location.zone))
    screen = Screen(f"cancel:{booking.id}", text, keyboards.ask_cancel(booking), asks=True)
    await turn.show(screen, below=below)


async def cancel(turn: Turn, booking_id: int, version: int) -> None:
    """Cancelling twice is cancelling: the second tap gets the answer of the first."""
    booking = await turn.run(
        cancel_booking,
        actor=turn.actor,
        booking_id=booking_id,
        expected_version=version,
        idempotency_key=f"cancel:{turn.user.user_id}:{booking_id}:{version}",
    )
    await turn.keep(at=None, form=None)
    text = views.cancelled(booking, choices.today_at(booking.location.zone))
    await turn.show(Screen(f"cancelled:{booking.id}", text, keyboards.after_cancel(), keep=True))


async def move(turn: Turn, booking: BookingCard, *, below: bool = False) -> None:
    await turn.run(require_changeable, actor=turn.actor, booking_id=booking.id, action=Action.RESCHEDULE)
    try:
        await start_move(turn, booking, below=below)
    except ServiceUnavailable:
        if booking.client.id != turn.user.user_id:
            raise
        phone = (await turn.run(company)).phone
        await show_card(turn, booking, toast=views.not_movable(phone), below=below)


async def repeat(_query: CallbackQuery, callback_data: Repeat, turn: Turn) -> None:
    await book_again(turn, callback_data.booking_id)


async def book_again(turn: Turn, booking_id: int, *, below: bool = False) -> None:
    """The same visit at the usual time, one tap from being booked; without such a time, the nearest ones."""
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=booking_id)
    if await _was_called_off(turn, booking):
        await show_step(
            turn, replace(draft_after(booking), client_id=turn.user.user_id), Step.WINDOWS, below=below
        )
        return
    draft = replace(draft_of_visit(booking, move=False), client_id=turn.user.user_id)
    try:
        slot = await turn.run(free_times.like_before, booking, draft)
    except BookingError:
        slot = None  # the step that opens next says what is gone
    if slot is None:
        await show_step(turn, draft, Step.WINDOWS, below=below)
    else:
        await show_step(turn, draft.with_time(slot.starts_at, quick=True), Step.CONFIRM, below=below)


async def _was_called_off(turn: Turn, booking: BookingCard) -> bool:
    """By the team, while it was still ahead: nobody is there then."""
    if booking.status != BookingStatus.CANCELLED or booking.starts_at <= clock.now():
        return False
    found = await turn.run(cancellation_of, actor=turn.actor, booking_id=booking.id)
    return found is not None and not found.by_client


def router() -> Router:
    router = Router(name="visits")
    router.callback_query.register(on_page, BookingsPage.filter())
    router.callback_query.register(repeat, Repeat.filter())
    return router
