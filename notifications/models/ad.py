"""A few words of advertising under messages, and how often each person has read them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.planned_days import FIRST_DAY, LAST_DAY
from notifications.placeholders import validate_markup

#: Short enough to fit under any message.
AD_LIMIT = 500
#: A day less at either end: somewhere it is the next one, or the one before.
_PERIOD = [
    MinValueValidator(datetime.combine(FIRST_DAY + timedelta(days=1), time(), UTC)),
    MaxValueValidator(datetime.combine(LAST_DAY, time(), UTC)),
]
_TEXT: list[Callable[[Any], None]] = [MaxLengthValidator(AD_LIMIT), validate_markup]


class AdTemplate(models.Model):
    """Shown from ``starts_at`` (or at once) until ``ends_at`` (or for good), ``weight`` against the others'."""

    name = models.CharField(_("name"), max_length=100)
    text_ru = models.TextField(_("text, Russian"), blank=True, max_length=AD_LIMIT, validators=_TEXT)
    text_en = models.TextField(_("text, English"), blank=True, max_length=AD_LIMIT, validators=_TEXT)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True, validators=_PERIOD)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, validators=_PERIOD)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("of two that fit, the one of weight 2 is chosen twice as often"),
    )  # fmt: skip
    daily_cap = models.PositiveSmallIntegerField(
        _("a person sees it a day, at most"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("advertisement")
        verbose_name_plural = _("advertisements")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="ad_period_order",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="ad_weight_min"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A period that ends before it begins, or nothing to say, would never be shown."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})
        if not self.text_ru and not self.text_en:
            raise ValidationError({"text_ru": _("Write a text in at least one language.")})


class AdShowing(models.Model):
    """The ``nth`` time that a person was shown an advertisement on a day of the location's calendar.

    Two messages written at once cannot both take the same place, so a cap holds among any number of workers.
    """

    ad = models.ForeignKey(AdTemplate, models.CASCADE, related_name="showings")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    nth = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("shown advertisement")
        verbose_name_plural = _("shown advertisements")
        constraints = [models.UniqueConstraint(fields=["ad", "recipient", "day", "nth"], name="ad_showing_once")]
        indexes = [models.Index(fields=["day"], name="ad_showing_day")]

    def __str__(self) -> str:
        return f"{self.day} ×{self.nth}"
