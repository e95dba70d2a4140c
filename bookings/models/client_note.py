"""What the team remembers of a client, for itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock

TEXT_LIMIT = 1000


class ClientNote(models.Model):
    """One of each author on a client; never shown to the client. Its words are kept here alone, not in the audit."""

    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes_about", verbose_name=_("client")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes_written", verbose_name=_("author")
    )
    text = models.TextField(_("text"), max_length=TEXT_LIMIT)
    updated_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("note on a client")
        verbose_name_plural = _("notes on clients")
        ordering = ["client", "id"]
        constraints = [models.UniqueConstraint(fields=["client", "author"], name="client_note_once")]

    def __str__(self) -> str:
        return f"{self.client_id} · {self.author_id}"
