"""Invitations to the team: made, shown once, taken back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _, ngettext

from booking_site.lib.bot_name import bot_link
from bookings.admin.door import actor_of
from bookings.admin.each import each
from bookings.admin.shown_once import ShownOnceAdmin
from bookings.admin.typed import ModelForm
from bookings.enums import InviteState, Role
from bookings.models import InviteToken, Specialist
from bookings.services.invites import invite_member, revoke_invite


class NewInviteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker alone
    class Meta:
        model = InviteToken
        fields = ("role", "specialist")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        specialist = self.fields.get("specialist")  # an invitation that is there is shown without a form
        if isinstance(specialist, forms.ModelChoiceField):
            specialist.queryset = Specialist.objects.filter(is_active=True, user=None)

    def clean(self) -> dict[str, Any] | None:
        """A specialist goes with the role of one, and with no other."""
        cleaned = super().clean() or {}
        if cleaned.get("role") and (cleaned["role"] == Role.SPECIALIST) != bool(cleaned.get("specialist")):
            told = (
                _("Choose whose calendar it is.") if cleaned["role"] == Role.SPECIALIST else _("Admins have none.")
            )
            self.add_error("specialist", told)
        return cleaned


@admin.register(InviteToken)
class InviteAdmin(ShownOnceAdmin):
    list_display = ("id", "role", "specialist", "shown_state", "created_at", "created_by", "expires_at", "used_by")
    list_select_related = ("specialist", "created_by", "used_by")
    list_filter = ("role",)
    actions = ("revoke",)
    form = NewInviteForm
    fields = ("role", "specialist")
    kept_fields = (
        "role", "specialist", "shown_state", "created_at", "created_by", "expires_at", "used_at", "used_by",
        "revoked_at",
    )  # fmt: skip
    once_template = "bookings/admin/new_invite.html"

    @admin.display(description=_("state"))
    def shown_state(self, invite: InviteToken) -> str:
        return str(InviteState(invite.state).label)

    def issue(self, request: HttpRequest, form: ModelForm[Any]) -> tuple[int, str]:
        wanted = form.cleaned_data
        specialist = wanted["specialist"]
        issued = invite_member(
            actor=actor_of(request), role=Role(wanted["role"]), specialist_id=specialist and specialist.pk
        )
        return issued.card.id, issued.token

    def once(self, token: str) -> dict[str, Any]:
        payload = f"invite_{token}"
        return {"title": _("New invitation"), "link": bot_link(payload), "command": f"/start {payload}"}

    @admin.action(description=_("Take back"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[InviteToken]) -> None:
        each(
            request,
            queryset.filter(revoked_at=None),
            lambda invite_id: revoke_invite(actor=actor_of(request), invite_id=invite_id),
            lambda done: ngettext("%d invitation taken back", "%d invitations taken back", done) % done,
        )
