"""Work that was given up, kept with everything needed to understand and repeat it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from notifications.events import LetterState


class DeadLetter(models.Model):
    """``source`` says who can take the work back (see ``notifications.dead_letters``).

    ``reference``, where it is set, names the very failure, so that burying it twice writes one letter.
    """

    source = models.CharField(_("source"), max_length=40)
    task = models.CharField(_("task"), max_length=100)
    payload = models.JSONField(_("payload"), default=dict)
    error = models.TextField(_("error"))
    traceback = models.TextField(_("traceback"), blank=True)
    trace_id = models.CharField(_("trace id"), max_length=32, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    reference = models.CharField(max_length=100, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=LetterState.choices, default=LetterState.OPEN)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("settled by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-id"], name="dead_letter_state")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.task}"
