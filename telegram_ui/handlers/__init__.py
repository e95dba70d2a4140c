"""What the bot answers."""

from aiogram import Router


def build_router() -> Router:
    """A fresh tree of routers: aiogram ties a router to one dispatcher for good."""
    return Router(name="bot")
