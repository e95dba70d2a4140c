"""The business itself: one row of names, defaults and policies."""

from functools import cache

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from booking_site.lib.prepared import AskedObjects, PreparedObjects
from bookings.enums import Language


@cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes of what is paid with somewhere now: not of the past, of metals, or for tests."""
    return frozenset(
        str(code)
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory)
    )


def validate_currency(value: str) -> None:
    """Raise ValidationError unless ``value`` is a code of ``currencies``, in capitals."""
    if value not in currencies():
        raise ValidationError(_("“%(value)s” is not an ISO 4217 currency code"), params={"value": value})


#: Minutes between two starts. Each divides 1440, so that the grid of a day of 24 hours is whole.
SLOT_STEPS = (5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 45, 60)


def validate_slot_step(value: int) -> None:
    """Raise ValidationError unless ``value`` is one of ``SLOT_STEPS``."""
    if value not in SLOT_STEPS:
        raise ValidationError(
            _("Visits cannot begin every %(value)s minutes; one of these can be set: %(steps)s"),
            params={"value": value, "steps": ", ".join(map(str, SLOT_STEPS))},
        )


#: Of notice and windows, in minutes: a year. Longer than anything is booked ahead, by clients at least.
LONGEST_WINDOW = 365 * 24 * 60


class CompanyManager(models.Manager["Company"]):
    def current(self) -> "Company":
        """The one company; made with its defaults when the table is empty."""
        return self.ask().company()

    def ask(self) -> "AskedCompany":
        """``current`` whose question was sent."""
        return AskedCompany(_the_one.ask())


class AskedCompany:
    """The answer is read when it is wanted."""

    def __init__(self, asked: "AskedObjects[Company]") -> None:
        self._asked = asked

    def company(self) -> "Company":
        """The one company; made with its defaults when the table is empty."""
        company = self._asked.first()
        return company if company is not None else Company.objects.get_or_create(pk=1)[0]


_the_one: "PreparedObjects[Company]" = PreparedObjects(lambda: Company.objects.filter(pk=1))


class Company(models.Model):
    name = I18nCharField(_("name"), max_length=200, default="")
    about = I18nTextField(_("about"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", help_text=_("ISO 4217 code"), validators=[validate_currency]
    )
    default_language = models.CharField(
        _("default language"), max_length=2, choices=Language.choices, default=Language.RU
    )
    slot_step_minutes = models.PositiveSmallIntegerField(
        _("slot step, minutes"),
        default=15,
        validators=[MinValueValidator(SLOT_STEPS[0]), MaxValueValidator(SLOT_STEPS[-1]), validate_slot_step],
        help_text=", ".join(map(str, SLOT_STEPS)),
    )
    min_notice_minutes = models.PositiveIntegerField(
        _("minimum notice, minutes"), default=60, validators=[MaxValueValidator(LONGEST_WINDOW)]
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("booking horizon, days"), default=60, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    cancel_window_minutes = models.PositiveIntegerField(
        _("clients may cancel until, minutes before"),
        default=120,
        validators=[MaxValueValidator(LONGEST_WINDOW)],
    )
    reschedule_window_minutes = models.PositiveIntegerField(
        _("clients may move until, minutes before"),
        default=120,
        validators=[MaxValueValidator(LONGEST_WINDOW)],
    )
    auto_confirm = models.BooleanField(_("confirm bookings at once"), default=True)
    max_open_bookings = models.PositiveSmallIntegerField(
        _("open bookings per client"), null=True, blank=True, help_text=_("empty: no limit")
    )
    confirm_after_no_shows = models.PositiveSmallIntegerField(
        _("confirm clients by hand after so many no-shows"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("empty: never"),
    )
    waitlist_offer_minutes = models.PositiveSmallIntegerField(
        _("an offer from the waitlist stands for, minutes"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
    )

    objects = CompanyManager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="company_single_row"),
            models.CheckConstraint(
                condition=models.Q(slot_step_minutes__in=SLOT_STEPS), name="company_slot_step_divides_day"
            ),
        ]

    def clean(self) -> None:
        """A limit of none would let no client book."""
        if self.max_open_bookings == 0:
            raise ValidationError({"max_open_bookings": _("At least 1; empty for no limit.")})

    def __str__(self) -> str:
        return str(self.name) or "Company"
