"""What the business wants told, to whom, where, and in whose words."""

from collections.abc import Callable
from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.enums import Role
from notifications.events import Channel, Kind
from notifications.placeholders import validate_text

TEXT_LIMIT = 2000
_TEXT: list[Callable[[Any], None]] = [MaxLengthValidator(TEXT_LIMIT), validate_text]


class NotificationSetting(models.Model):
    """One cell of the table event × role × channel. A cell without a row is switched on with the built-in text."""

    kind = models.CharField(_("event"), max_length=40, choices=Kind.choices)
    role = models.CharField(
        _("told as"), max_length=10, choices=[choice for choice in Role.choices if choice[0] != Role.SYSTEM]
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.TELEGRAM)
    enabled = models.BooleanField(_("switched on"), default=True)
    tell_peers = models.BooleanField(
        _("also when a colleague did it"), default=False, help_text=_("other admins are told what an admin did")
    )
    with_ad = models.BooleanField(_("an advertisement may follow"), default=False)
    text_ru = models.TextField(_("own text, Russian"), blank=True, max_length=TEXT_LIMIT, validators=_TEXT)
    text_en = models.TextField(_("own text, English"), blank=True, max_length=TEXT_LIMIT, validators=_TEXT)

    class Meta:
        verbose_name = _("notification setting")
        verbose_name_plural = _("notification settings")
        ordering = ["kind", "role", "channel"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "role", "channel"], name="notification_setting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_role_display()}, {self.get_channel_display()}"
