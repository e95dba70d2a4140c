"""Who gives the services."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from bookings.models.catalog import Service
from bookings.models.location import Location


class Specialist(models.Model):
    """Where and when a specialist works is told by WorkingHours; without a user there is no bot for them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="specialist",
        verbose_name=_("user"),
    )  # fmt: skip
    name = I18nCharField(_("name"), max_length=200)
    bio = I18nTextField(_("about"), blank=True, default="")
    #: Written by ``services.specialist_photo``, which brings every photo into one form.
    photo = models.FileField(_("photo"), upload_to="specialists/", blank=True, max_length=200)
    locations = models.ManyToManyField(Location, related_name="specialists", verbose_name=_("locations"))
    services = models.ManyToManyField(
        Service, through="SpecialistService", related_name="specialists", verbose_name=_("services")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.name)


class SpecialistService(models.Model):
    """That a specialist gives a service, at their own price and duration where these are set."""

    specialist = models.ForeignKey(Specialist, models.CASCADE, related_name="offers")
    service = models.ForeignKey(Service, models.CASCADE, related_name="offers")
    price = models.DecimalField(
        _("own price"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    duration_minutes = models.PositiveSmallIntegerField(
        _("own duration, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(720)],
    )

    class Meta:
        verbose_name = _("service of a specialist")
        verbose_name_plural = _("services of specialists")
        constraints = [
            models.UniqueConstraint(fields=["specialist", "service"], name="specialist_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.specialist}: {self.service}"
