"""Links by which people join the team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.enums import InviteState, Role
from bookings.models.staff import Specialist


class InviteQuerySet(models.QuerySet["InviteToken"]):
    def open(self) -> "InviteQuerySet":
        """Those that lead in still."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=clock.now())

    def with_details(self) -> "InviteQuerySet":
        """Everything a card shows."""
        return self.select_related("specialist", "created_by", "used_by")


class InviteToken(models.Model):
    """One link for one person: whoever opens it first joins. It was shown once; here is only a hash of it."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=[choice for choice in Role.choices if choice[0] in (Role.ADMIN, Role.SPECIALIST)],
    )
    specialist = models.ForeignKey(
        Specialist, models.CASCADE, null=True, blank=True, related_name="invites", verbose_name=_("specialist"),
        help_text=_("whose calendar the person gets"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name=_("created by"),
    )  # fmt: skip
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    used_at = models.DateTimeField(_("used at"), null=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name=_("used by"),
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = InviteQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to the team")
        verbose_name_plural = _("invitations to the team")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.SPECIALIST, specialist__isnull=False)
                | Q(role=Role.ADMIN, specialist__isnull=True),
                name="invite_specialist_by_role",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="invite_used_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def state(self) -> InviteState:
        if self.used_at is not None:
            return InviteState.USED
        if self.revoked_at is not None:
            return InviteState.REVOKED
        return InviteState.OPEN if self.expires_at > clock.now() else InviteState.EXPIRED
