"""What the clock makes happen to a booking, written down once it was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.models import Booking
from notifications.events import Kind


class TimedNotice(models.Model):
    """One row for each booking, offset and start: whoever writes it decides, and nobody decides again.

    ``offset_minutes`` counts back from the start for reminders, and forward from the end for invitations.
    ``starts_at`` is the start it was decided for: a booking that moved is decided afresh. ``skipped`` says why no
    message followed; empty where one did.
    """

    kind = models.CharField(_("event"), max_length=40, choices=Kind.choices)
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="timed_notices", verbose_name=_("booking"))
    offset_minutes = models.PositiveIntegerField(_("offset, minutes"))
    starts_at = models.DateTimeField(_("start of the visit"))
    skipped = models.CharField(_("skipped because"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("decided at"), default=clock.now)

    class Meta:
        verbose_name = _("timed notice")
        verbose_name_plural = _("timed notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind", "offset_minutes", "starts_at"], name="timed_notice_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="timed_notice_created")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.booking_id}"
