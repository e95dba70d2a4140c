"""The address under which a specialist's calendar can be subscribed to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.models.staff import Specialist


class CalendarFeed(models.Model):
    """``key`` is the public half of the address; the secret half is computed from it, never stored.

    A new key makes a new address, and the old one leads nowhere.
    """

    specialist = models.OneToOneField(
        Specialist, models.CASCADE, primary_key=True, related_name="calendar_feed", verbose_name=_("specialist")
    )
    key = models.CharField(_("key"), max_length=32, unique=True)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.specialist)
