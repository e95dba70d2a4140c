"""Buttons of reviews."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import ReviewCard
from telegram_ui.callbacks import AskRate, Change, GoTo, OnBooking, OnReview, Place, Rate, ReviewAct, ReviewsPage
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button


def stars(booking_id: int, version: int) -> InlineKeyboardMarkup:
    row = [button(f"{count} ⭐", Rate(booking_id=booking_id, stars=count)) for count in range(1, 6)]
    back = button(_("‹ Back"), OnBooking(booking_id=booking_id, version=version, change=Change.OPEN))
    return markup([row, [back, menu_button()]])


def words() -> InlineKeyboardMarkup:
    return markup([[button(_("No, thank you"), GoTo(place=Place.HOME))]])


def ask(booking_id: int) -> Row:
    return [button(_("⭐ Rate the visit"), AskRate(booking_id=booking_id))]


def page(reviews: Sequence[ReviewCard], *, page: int, has_more: bool) -> InlineKeyboardMarkup:
    numbers = [
        button(f"{number}", OnReview(review_id=review.id, act=ReviewAct.OPEN, page=page))
        for number, review in enumerate(reviews, start=1)
    ]
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Later"), ReviewsPage(page=page - 1)))
    if has_more:
        leaf.append(button(_("Earlier ›"), ReviewsPage(page=page + 1)))
    return markup(in_rows(numbers, 5), [leaf, [button(_("‹ Back"), GoTo(place=Place.MANAGE)), menu_button()]])


def card(review: ReviewCard, *, page: int) -> InlineKeyboardMarkup:
    def on(act: ReviewAct, text: str) -> Row:
        return [button(text, OnReview(review_id=review.id, act=act, page=page))]

    reply = on(ReviewAct.REPLY, _("✏️ Change answer") if review.reply else _("↩️ Answer"))
    visible = on(ReviewAct.SHOW, _("👁 Show again")) if review.is_hidden else on(ReviewAct.HIDE, _("🙈 Hide"))
    return markup([reply + visible, [button(_("‹ Back"), ReviewsPage(page=page)), menu_button()]])


def reply(review: ReviewCard, *, page: int) -> InlineKeyboardMarkup:
    back = button(_("‹ Back"), OnReview(review_id=review.id, act=ReviewAct.OPEN, page=page))
    return markup([[back, menu_button()]])
