"""Where visits take place."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField


def validate_timezone(value: str) -> None:
    """Raise ValidationError unless ``value`` is an IANA zone name."""
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not an IANA time zone"), params={"value": value})


class Location(models.Model):
    name = I18nCharField(_("name"), max_length=200)
    address = I18nCharField(_("address"), max_length=300, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_timezone])
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        """A point has both coordinates."""
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Give both coordinates, or neither.")})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Room(models.Model):
    location = models.ForeignKey(Location, models.PROTECT, related_name="rooms", verbose_name=_("location"))
    name = I18nCharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["location", "id"]

    def __str__(self) -> str:
        return str(self.name)
