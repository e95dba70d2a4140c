from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelegramUiConfig(AppConfig):
    name = "telegram_ui"
    verbose_name = _("Telegram bot")

    def ready(self) -> None:
        """Connect the bot's side to what happens below it."""
        import_module("telegram_ui.wiring").connect()
