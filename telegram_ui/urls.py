"""Addresses of the bot's own door."""

from django.urls import path

from telegram_ui.webhook import PATH, webhook

urlpatterns = [path(PATH.lstrip("/"), webhook, name="telegram-webhook")]
