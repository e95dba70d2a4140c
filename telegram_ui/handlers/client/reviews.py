"""Stars for a visit, then words if one likes: the stars are kept at once, whatever comes after."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.enums import BookingStatus
from bookings.exceptions import AlreadyReviewed, BookingError, InvalidText, NotFound, WrongStatus
from bookings.queries.bookings import get_booking
from bookings.services.reviews import add_words, leave_review
from telegram_ui.callbacks import AskRate, Rate
from telegram_ui.handlers.client import choices
from telegram_ui.handlers.common.home import show_home
from telegram_ui.handlers.common.on_booking import is_own, settle
from telegram_ui.keyboards import reviews as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, reviews as views


async def ask_stars(_query: CallbackQuery, callback_data: AskRate, turn: Turn) -> None:
    await show_stars(turn, callback_data.booking_id)


async def show_stars(turn: Turn, booking_id: int) -> None:
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=booking_id)
    if not is_own(turn, booking):
        raise NotFound("visit")
    if booking.status != BookingStatus.DONE:
        raise WrongStatus("it has not taken place", status=str(booking.status))
    await turn.keep(at=None, form=None)
    text = views.ask_stars(booking, choices.today_at(booking.location.zone))
    await turn.show(Screen(f"stars:{booking.id}", text, keyboards.stars(booking.id, booking.version)))


async def rate(query: CallbackQuery, callback_data: Rate, turn: Turn) -> None:
    """Under news the thanks stand where the question was, and the words are asked for below."""
    booking_id, stars = callback_data.booking_id, callback_data.stars
    under_news = turn.pressed is not None and not await turn.menu.is_menu(turn.pressed)
    try:
        await turn.run(
            leave_review,
            actor=turn.actor,
            booking_id=booking_id,
            rating=stars,
            idempotency_key=f"review:{turn.user.user_id}:{booking_id}:{stars}",
        )
    except BookingError as error:
        if not under_news:
            raise
        await turn.answer(errors.text_of(error), alert=True)
        if isinstance(error, AlreadyReviewed | NotFound | WrongStatus):
            await settle(turn, query)
        return
    if under_news:
        await settle(turn, query, lambda: views.thanks(stars))
    await turn.keep(at=Form.review_text, form={"review_of": booking_id, "stars": stars})
    await ask_words(turn, stars, below=under_news)


async def ask_words(turn: Turn, stars: int, *, toast: str = "", below: bool = False) -> None:
    await turn.show(Screen("words", views.ask_words(stars), keyboards.words()), toast=toast, below=below)


async def typed_words(turn: Turn, text: str) -> None:
    form = (await turn.data()).get("form") or {}
    if not isinstance(form, dict) or "review_of" not in form:
        raise Outdated
    try:
        await turn.run(
            add_words,
            actor=turn.actor,
            booking_id=int(form["review_of"]),
            text=text,
            idempotency_key=turn.key,
        )
    except InvalidText as error:
        await ask_words(turn, int(form.get("stars", 5)), toast=errors.text_of(error))
        return
    await show_home(turn, toast=views.words_saved())


def router() -> Router:
    router = Router(name="reviews")
    router.callback_query.register(ask_stars, AskRate.filter())
    router.callback_query.register(rate, Rate.filter())
    return router
