"""What every update passes before a handler sees it."""

from telegram_ui.middlewares.context import ContextMiddleware

__all__ = ["ContextMiddleware"]
