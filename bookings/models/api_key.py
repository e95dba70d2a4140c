"""Keys by which programs call the API."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock


class ApiKey(models.Model):
    """Its token was shown once; here is only a hash of it. ``prefix`` is the part by which people tell keys apart.

    Whoever presents the token acts as ``owner``, as far as ``scopes`` go.
    """

    name = models.CharField(_("name"), max_length=100, help_text=_("what the key is for"))
    prefix = models.CharField(_("prefix"), max_length=8, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys", verbose_name=_("acts as"),
        help_text=_("the key can do nothing that this person may not"),
    )  # fmt: skip
    #: A list of ``enums.Scope``.
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name=_("created by"),
    )  # fmt: skip
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True, help_text=_("empty: never"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    #: Within a minute.
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
