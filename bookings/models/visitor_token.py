"""Logins of people who have proved an address with a one-time code."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock


class VisitorToken(models.Model):
    """One device of one person. The token was told once; here is only a hash of it. Logging out deletes the row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="visitor_tokens", verbose_name=_("user")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), db_index=True, editable=False)

    class Meta:
        verbose_name = _("login by a one-time code")
        verbose_name_plural = _("logins by a one-time code")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
