"""Who changed what: written once, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.enums import Door, Role


class AuditEntry(models.Model):
    """One change of one row, written in the transaction that made it (see ``bookings.services.audit``).

    Users, keys and rows are named by their number, not by reference: the entry outlives all of them.
    ``before`` and ``after`` hold the changed fields only; ``before`` is null for what came into being, ``after`` for
    what is gone.
    """

    at = models.DateTimeField(_("at"), default=clock.now, editable=False)
    actor_user_id = models.BigIntegerField(_("by user"), null=True, blank=True)
    actor_role = models.CharField(_("by"), max_length=10, choices=Role.choices)
    actor_key_id = models.BigIntegerField(_("by API key"), null=True, blank=True)
    door = models.CharField(_("through"), max_length=6, choices=Door.choices)
    action = models.CharField(_("action"), max_length=40)
    entity = models.CharField(_("of what"), max_length=40)
    entity_id = models.BigIntegerField(_("number"))
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    trace_id = models.CharField(_("trace id"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["entity", "entity_id"], name="audit_entity"),
            models.Index(fields=["trace_id"], name="audit_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} #{self.entity_id}: {self.action}"
