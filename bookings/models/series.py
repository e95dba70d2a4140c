"""Visits that repeat."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.models.location import Location


class BookingSeries(models.Model):
    """What was agreed: every ``every_weeks`` weeks, ``times`` times, at the same wall-clock time from ``starts_at`` on.

    Its bookings live on their own: each may be moved or cancelled without the others.
    """

    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="booking_series", verbose_name=_("client")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="booking_series", verbose_name=_("location")
    )
    starts_at = models.DateTimeField(_("first visit"))
    every_weeks = models.PositiveSmallIntegerField(
        _("every so many weeks"), validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    times = models.PositiveSmallIntegerField(
        _("so many times"), validators=[MinValueValidator(2), MaxValueValidator(52)]
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("booking series")
        verbose_name_plural = _("booking series")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(every_weeks__range=(1, 52)), name="series_weeks"),
            models.CheckConstraint(condition=models.Q(times__range=(2, 52)), name="series_times"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
