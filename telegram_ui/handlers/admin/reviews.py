"""Reviews: read, answer, hide."""

from collections.abc import Callable

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.exceptions import InvalidText
from bookings.queries.catalog import list_locations, specialist_names
from bookings.queries.reviews import get_review, list_reviews
from bookings.read_models import ReviewCard
from bookings.services.reviews import hide_review, reply_to_review
from telegram_ui.callbacks import OnReview, ReviewAct, ReviewsPage
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import reviews as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, reviews as views

PAGE = 5


def _zone() -> str:
    locations = list_locations()
    return locations[0].zone if locations else "UTC"


async def on_page(_query: CallbackQuery, callback_data: ReviewsPage, turn: Turn) -> None:
    await show_page(turn, callback_data.page)


async def show_page(turn: Turn, page: int) -> None:
    require_admin(turn)
    await turn.keep(at=None, form=None)
    found = await turn.run(list_reviews, actor=turn.actor, limit=PAGE + 1, offset=page * PAGE)
    if not found and page:
        raise Outdated
    shown = found[:PAGE]
    names = await turn.run(specialist_names, {who for review in shown for who in review.specialist_ids})
    keyboard = keyboards.page(shown, page=page, has_more=len(found) > PAGE)
    await turn.show(Screen(f"reviews:{page}", views.page(shown, names, await turn.run(_zone)), keyboard))


async def show_review(turn: Turn, review: ReviewCard, page: int, *, toast: str = "") -> None:
    await turn.keep(at=None, form=None)
    names = await turn.run(specialist_names, set(review.specialist_ids))
    text = views.card(review, names, await turn.run(_zone))
    await turn.show(Screen(f"review:{review.id}:{page}", text, keyboards.card(review, page=page)), toast=toast)


async def on_review(_query: CallbackQuery, callback_data: OnReview, turn: Turn) -> None:
    require_admin(turn)
    review_id, page = callback_data.review_id, callback_data.page
    if callback_data.act in (ReviewAct.HIDE, ReviewAct.SHOW):
        hidden = callback_data.act == ReviewAct.HIDE
        review = await turn.run(
            hide_review, actor=turn.actor, review_id=review_id, hidden=hidden, idempotency_key=turn.key
        )
        said: Callable[[], str] = views.hidden if hidden else views.shown
        await show_review(turn, review, page, toast=said())
        return
    review = await turn.run(get_review, actor=turn.actor, review_id=review_id)
    if callback_data.act == ReviewAct.REPLY:
        await ask_reply(turn, review, page)
    else:
        await show_review(turn, review, page)


async def ask_reply(turn: Turn, review: ReviewCard, page: int, *, toast: str = "") -> None:
    await turn.keep(at=Form.review_reply, form={"review": review.id, "page": page})
    names = await turn.run(specialist_names, set(review.specialist_ids))
    text = f"{views.card(review, names, await turn.run(_zone))}\n\n{views.ask_reply(is_hidden=review.is_hidden)}"
    await turn.show(Screen(f"reply:{review.id}:{page}", text, keyboards.reply(review, page=page)), toast=toast)


async def typed_reply(turn: Turn, text: str) -> None:
    require_admin(turn)
    form = (await turn.data()).get("form") or {}
    if not isinstance(form, dict) or "review" not in form:
        raise Outdated
    review_id, page = int(form["review"]), int(form.get("page", 0))
    try:
        review = await turn.run(
            reply_to_review, actor=turn.actor, review_id=review_id, reply=text, idempotency_key=turn.key
        )
    except InvalidText as error:
        review = await turn.run(get_review, actor=turn.actor, review_id=review_id)
        await ask_reply(turn, review, page, toast=errors.text_of(error))
        return
    await show_review(turn, review, page, toast=views.replied())


def router() -> Router:
    router = Router(name="admin-reviews")
    router.callback_query.register(on_page, ReviewsPage.filter())
    router.callback_query.register(on_review, OnReview.filter())
    return router
