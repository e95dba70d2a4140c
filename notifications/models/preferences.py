"""What a person wants to be told, and when they want to be left alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NotificationPreferences(models.Model):
    """Nobody needs a row: without one everything is on and the company's quiet hours hold.

    ``zone`` is an IANA name; empty means the zone of the location the message is about.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notification_preferences",
        verbose_name=_("user"),
    )  # fmt: skip
    reminders = models.BooleanField(_("reminders of visits"), default=True)
    invitations = models.BooleanField(
        _("invitations"), default=True, help_text=_("requests for reviews, time for the next visit, offers")
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("notification preferences")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notification_preferences_quiet_pair",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
