"""That the end of a visit was announced."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking


class EndedVisit(models.Model):
    """One row a booking at most: whoever writes it announces. A booking that moves on loses its row."""

    booking = models.OneToOneField(
        Booking, models.CASCADE, primary_key=True, related_name="ended_visit", verbose_name=_("booking")
    )
    announced_at = models.DateTimeField(_("announced at"), auto_now_add=True)

    class Meta:
        verbose_name = _("ended visit")
        verbose_name_plural = _("ended visits")

    def __str__(self) -> str:
        return f"#{self.booking_id}"
