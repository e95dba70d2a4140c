"""An integrator's address that is told what happens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock


class WebhookEndpoint(models.Model):
    """``kinds`` names the events it is told. After a rotation both secrets sign until ``previous_until``.

    Secrets are kept readable: every message is signed with them.
    """

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=500)
    kinds = models.JSONField(_("events"), default=list)
    secret = models.CharField(_("secret"), max_length=100)
    previous_secret = models.CharField(_("secret before"), max_length=100, blank=True)
    previous_until = models.DateTimeField(_("secret before is valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    #: Why the service itself stopped telling it; empty while it is told.
    stopped_because = models.CharField(_("stopped because"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
