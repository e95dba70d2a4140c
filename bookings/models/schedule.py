"""When a location is open and a specialist works: wall-clock times of the location."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.enums import OverrideKind, Weekday
from bookings.models.location import Location, Room
from bookings.models.staff import Specialist
from bookings.planned_days import FIRST_DAY, LAST_DAY

_PLANNED = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
#: Of hours that are always given.
_IN_ORDER = (
    Q(over_midnight=False, ends_at__gt=F("starts_at"))
    | Q(over_midnight=False, ends_at=time(0))
    | Q(over_midnight=True, ends_at__lte=F("starts_at"))
)
_OUT_OF_ORDER = _("The hours end before they begin; where they end on the next day, say so, and only there.")


class WorkingHours(models.Model):
    """One weekly interval of a location (``specialist`` empty) or of a specialist at it.

    Hours that end on the next day say so in ``over_midnight``: a slip such as 14:00–10:00 must not open a night. 00:00 is
    a day's end as well; both 00:00 is the whole day.
    """

    location = models.ForeignKey(
        Location, models.CASCADE, related_name="working_hours", verbose_name=_("location")
    )
    specialist = models.ForeignKey(
        Specialist,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="working_hours",
        verbose_name=_("specialist"),
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    over_midnight = models.BooleanField(_("ends on the next day"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True, validators=_PLANNED)
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True, validators=_PLANNED)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["location", "specialist", "weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="working_hours_weekday"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="working_hours_validity_order",
                violation_error_message=_("The last day of validity lies before the first."),
            ),
            models.CheckConstraint(
                condition=_IN_ORDER, name="working_hours_order", violation_error_message=_OUT_OF_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class CalendarOverride(models.Model):
    """Dates on which a location, specialist or room is closed, or open differently.

    Whole days when both times are empty; otherwise the same part of each day, wall-clock at the location.
    ``open`` replaces the weekly hours of those dates; ``closed`` is taken away from them. Hours that end on the next
    day say so in ``over_midnight``: a slip such as 14:00–13:00 must not close 23 hours. 00:00 is a day's end as well.
    """

    kind = models.CharField(_("kind"), max_length=6, choices=OverrideKind.choices)
    location = models.ForeignKey(
        Location, models.CASCADE, null=True, blank=True, related_name="overrides", verbose_name=_("location")
    )
    specialist = models.ForeignKey(
        Specialist, models.CASCADE, null=True, blank=True, related_name="overrides", verbose_name=_("specialist")
    )
    room = models.ForeignKey(
        Room, models.CASCADE, null=True, blank=True, related_name="overrides", verbose_name=_("room")
    )
    date_from = models.DateField(_("from date"), validators=_PLANNED)
    date_to = models.DateField(_("to date, inclusive"), validators=_PLANNED)
    starts_at = models.TimeField(_("from time"), null=True, blank=True)
    ends_at = models.TimeField(_("to time"), null=True, blank=True)
    over_midnight = models.BooleanField(_("ends on the next day"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar override")
        verbose_name_plural = _("calendar overrides")
        ordering = ["date_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_to__gte=F("date_from")),
                name="override_date_order",
                violation_error_message=_("The last date lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="override_both_times_or_none",
                violation_error_message=_("Give both times, or neither for whole days."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(starts_at=None, over_midnight=False)
                    | Q(starts_at__isnull=False, over_midnight=False, ends_at__gt=F("starts_at"))
                    | Q(starts_at__isnull=False, over_midnight=False, ends_at=time(0))
                    | Q(starts_at__isnull=False, over_midnight=True, ends_at__lte=F("starts_at"))
                ),
                name="override_hours_order",
                violation_error_message=_OUT_OF_ORDER,
            ),
            # A specialist may be closed everywhere (no location) but is open somewhere.
            models.CheckConstraint(
                condition=(
                    Q(room=None, location__isnull=False)
                    | Q(room=None, specialist__isnull=False, kind=OverrideKind.CLOSED)
                    | Q(room__isnull=False, specialist=None, location=None, kind=OverrideKind.CLOSED)
                ),
                name="override_subject",
                violation_error_message=_(
                    "Say what this is about: a location, a specialist (with the location where they are open), or a "
                    "room alone, which can only be closed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind=OverrideKind.CLOSED) | Q(starts_at__isnull=False),
                name="override_open_has_times",
                violation_error_message=_("Say from when to when it is open."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.date_from}–{self.date_to}"
