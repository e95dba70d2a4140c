"""People: clients, specialists and admins, with or without Telegram."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _

from bookings.enums import Language, Role
from bookings.models.tag import Tag


class User(AbstractUser):
    """A Telegram user has a ``tg_id`` and an unusable password until they get a site login."""

    tg_id = models.BigIntegerField(_("Telegram id"), null=True, blank=True, unique=True)
    tg_username = models.CharField(_("Telegram username"), max_length=32, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.RU)
    role = models.CharField(
        _("role"), max_length=10, default=Role.CLIENT,
        choices=[choice for choice in Role.choices if choice[0] != Role.SYSTEM],
    )  # fmt: skip
    bot_blocked = models.BooleanField(_("blocked the bot"), default=False)
    is_banned = models.BooleanField(_("banned"), default=False)
    tags = models.ManyToManyField(
        Tag, blank=True, related_name="people", verbose_name=_("tags"), help_text=_("Admins alone see them.")
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [models.Index(fields=["role"], name="user_role")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """How they are called among those who may know them; who has not said is a guest."""
        named = self.get_full_name() or (f"@{self.tg_username}" if self.tg_username else "")
        return named or (self.username if self.is_staff else gettext("Guest"))
