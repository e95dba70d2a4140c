"""What the bot answers. Private chats get everything; in groups the bot only says where to find it."""

from aiogram import Router

from telegram_ui.handlers.admin import (
    audience,
    campaigns,
    hours,
    invites,
    letters,
    line,
    reassign,
    reviews as admin_reviews,
    seasons,
    statistics,
    tags,
)
from telegram_ui.handlers.admin.editor import routes as editor
from telegram_ui.handlers.client import booking, confirming, reviews, series, swapping, visits, waitlist
from telegram_ui.handlers.common import (
    contact,
    fallback,
    membership,
    on_booking,
    own_photo,
    profile,
    start,
    typed,
    wishes,
)
from telegram_ui.handlers.filters import in_private
from telegram_ui.handlers.middleware import ToleranceMiddleware, TurnMiddleware
from telegram_ui.handlers.specialist import clients, day, figures, notes, time_off, visit


def build_router() -> Router:
    """A fresh tree of routers: aiogram ties a router to one dispatcher for good."""
    private = Router(name="private")
    private.message.filter(in_private)
    private.callback_query.filter(in_private)
    private.message.middleware(TurnMiddleware())
    private.callback_query.middleware(TurnMiddleware())
    # Commands and the main keyboard come first: they lead out of any step. What asks nothing of anybody comes last.
    private.include_routers(
        start.router(),
        profile.router(),
        own_photo.router(),
        contact.router(),
        wishes.router(),
        booking.router(),
        confirming.router(),
        series.router(),
        swapping.router(),
        visits.router(),
        reviews.router(),
        waitlist.router(),
        on_booking.router(),
        day.router(),
        visit.router(),
        reassign.router(),
        invites.router(),
        campaigns.router(),
        audience.router(),
        letters.router(),
        line.router(),
        statistics.router(),
        time_off.router(),
        clients.router(),
        notes.router(),
        tags.router(),
        figures.router(),
        admin_reviews.router(),
        editor.router(),
        hours.router(),
        seasons.router(),
        typed.router(),
        fallback.router(),
    )
    groups = fallback.groups()
    groups.message.middleware(ToleranceMiddleware())
    groups.callback_query.middleware(ToleranceMiddleware())
    bot = Router(name="bot")
    bot.include_routers(private, membership.router(), groups)
    return bot
