"""A browser that asked to be told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock


class PushSubscription(models.Model):
    """What the browser's ``PushSubscription`` says; ``endpoint`` is a URL from a stranger, checked when it is taken."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions", verbose_name=_("user")
    )
    endpoint = models.CharField(_("address"), max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
