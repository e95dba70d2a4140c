"""What can be booked."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField


class ServiceCategory(models.Model):
    name = I18nCharField(_("name"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("service category")
        verbose_name_plural = _("service categories")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.name)


class Service(models.Model):
    """A capacity above 1 makes it a group service: clients take seats in sessions."""

    category = models.ForeignKey(
        ServiceCategory, models.PROTECT, related_name="services", verbose_name=_("category")
    )
    name = I18nCharField(_("name"), max_length=200)
    description = I18nTextField(_("description"), blank=True, default="")
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"), validators=[MinValueValidator(5), MaxValueValidator(720)]
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        _("buffer before, minutes"), default=0, validators=[MaxValueValidator(240)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        _("buffer after, minutes"), default=0, validators=[MaxValueValidator(240)]
    )
    price = models.DecimalField(
        _("price"), max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    capacity = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    needs_room = models.BooleanField(_("needs a room"), default=False)
    repeat_after_days = models.PositiveSmallIntegerField(
        _("time for the next visit after, days"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("empty: the client is not invited again"),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["category__position", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(duration_minutes__gte=5), name="service_duration_min"),
            models.CheckConstraint(condition=models.Q(duration_minutes__lte=720), name="service_duration_max"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="service_capacity_min"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="service_price_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.name)
