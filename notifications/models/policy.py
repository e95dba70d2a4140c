"""When the business tells what nobody asked for: one row of offsets, delays and quiet hours."""

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Reminders lie within a fortnight of the visit, and not in its last minutes.
SHORTEST_OFFSET, LONGEST_OFFSET = 10, 14 * 24 * 60
MOST_OFFSETS = 6


def default_offsets() -> list[int]:
    """A day and two hours before the visit."""
    return [24 * 60, 2 * 60]


def check_offsets(value: object) -> None:
    """Raise ValidationError unless ``value`` is a list of a few distinct numbers of minutes."""
    fits = (
        isinstance(value, list)
        and len(value) <= MOST_OFFSETS
        and len(set(value)) == len(value)
        and all(type(one) is int and SHORTEST_OFFSET <= one <= LONGEST_OFFSET for one in value)
    )
    if not fits:
        raise ValidationError(
            _("At most %(most)d different times, from %(shortest)d minutes to %(longest)d days before."),
            params={"most": MOST_OFFSETS, "shortest": SHORTEST_OFFSET, "longest": LONGEST_OFFSET // (24 * 60)},
        )


class NotificationPolicyManager(models.Manager["NotificationPolicy"]):
    def current(self) -> "NotificationPolicy":
        """The one policy; made with its defaults when the table is empty."""
        policy, _created = self.get_or_create(pk=1)
        return policy


class NotificationPolicy(models.Model):
    """Quiet hours are wall-clock times of the reader's zone, or of the location's where the reader named none.

    They hold back what nobody waits for (reminders, requests for reviews, invitations); news of bookings only where
    ``quiet_news`` says so. They may cross midnight. Both empty: none.
    """

    reminder_minutes = models.JSONField(
        _("reminders, minutes before the visit"), default=default_offsets, blank=True, validators=[check_offsets]
    )
    review_after_minutes = models.PositiveIntegerField(
        _("ask for a review, minutes after the visit was noted as done"), null=True, blank=True, default=120,
        validators=[MaxValueValidator(14 * 24 * 60)], help_text=_("empty: never ask"),
    )  # fmt: skip
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, default=time(22))
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, default=time(8))
    quiet_news = models.BooleanField(
        _("news of bookings wait for the morning, too"), default=False,
        help_text=_("except cards for admins, receipts, and changes close to the start"),
    )  # fmt: skip
    keep_days = models.PositiveSmallIntegerField(
        _("keep sent messages, days"), default=90, validators=[MinValueValidator(30), MaxValueValidator(3650)]
    )

    objects = NotificationPolicyManager()

    class Meta:
        verbose_name = _("notification policy")
        verbose_name_plural = _("notification policy")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="notification_policy_single_row"),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notification_policy_quiet_pair",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
