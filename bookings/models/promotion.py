"""Codes that make a visit cheaper, and who used them."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from booking_site.lib import clock
from bookings.enums import DiscountKind
from bookings.models.booking import Booking
from bookings.models.catalog import Service


def normal_code(code: str) -> str:
    """A code as it is stored and looked up: people type it in any case. The database's own ``UPPER`` is not asked:
    SQLite's knows no Cyrillic.
    """
    return code.strip().upper()


class Promotion(models.Model):
    """``valid_from``–``valid_to``: dates, as the location counts them, on which a booking may be made with it."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^\s*[\w-]+\s*$", _("Letters, digits, hyphens and underscores only."))],
        help_text=_("Upper and lower case are the same."),
    )
    name = I18nCharField(_("name"), max_length=200, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=7, choices=DiscountKind.choices)
    value = models.DecimalField(
        _("discount"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)],
        help_text=_("In percent, or an amount in the company's currency."),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True)
    usage_limit = models.PositiveIntegerField(
        _("may be used so often"), null=True, blank=True, help_text=_("empty: no limit")
    )
    client_limit = models.PositiveIntegerField(
        _("so often by one client"), null=True, blank=True, help_text=_("empty: no limit")
    )
    min_price = models.DecimalField(
        _("from a price of"), max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    services = models.ManyToManyField(
        Service, blank=True, related_name="promotions", verbose_name=_("services"), help_text=_("empty: all")
    )
    is_active = models.BooleanField(_("active"), default=True)
    #: Kept with the uses under the promotion's row lock.
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gt=0) & (Q(kind=DiscountKind.AMOUNT) | Q(value__lte=100)),
                name="promotion_value",
                violation_error_message=_("A discount is more than nothing, and at most 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="promotion_period_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean_fields(self, exclude: Any = None) -> None:
        """Uniqueness is checked after this, so the code has its stored form by then."""
        self.code = normal_code(self.code)
        super().clean_fields(exclude=exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code = normal_code(self.code)
        super().save(*args, **kwargs)


class PromotionUse(models.Model):
    """That a booking was made with a promotion. A cancelled booking gives its use back: the row goes."""

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="uses", verbose_name=_("promotion"))
    booking = models.OneToOneField(
        Booking, models.CASCADE, related_name="promotion_use", verbose_name=_("booking")
    )
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="promotion_uses", verbose_name=_("client")
    )
    used_at = models.DateTimeField(_("used at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("use of a promotion")
        verbose_name_plural = _("uses of promotions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["promotion", "client"], name="promotion_use_client")]

    def __str__(self) -> str:
        return f"{self.promotion} · #{self.booking_id}"
