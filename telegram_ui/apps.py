from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelegramUiConfig(AppConfig):
    name = "telegram_ui"
    verbose_name = _("Telegram bot")
