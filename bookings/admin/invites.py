"""Invitations to the team: made, shown once, taken back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _, ngettext

from booking_site.lib.bot_name import bot_link
from bookings.admin.door import actor_of
from bookings.admin.each import each
from bookings.admin.pages import TitledAdmin
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
class InviteAdmin(TitledAdmin):
    list_display = ("id", "role", "specialist", "shown_state", "created_at", "created_by", "expires_at", "used_by")
    list_select_related = ("specialist", "created_by", "used_by")
    list_filter = ("role",)
    actions = ("revoke",)
    form = NewInviteForm
    fields = ("role", "specialist")

    def get_fields(self, request: HttpRequest, obj: InviteToken | None = None) -> Any:
        """The form of a new one; everything but the token of one that is there."""
        if obj is None:
            return self.fields
        return (
            "role", "specialist", "shown_state", "created_at", "created_by", "expires_at", "used_at", "used_by",
            "revoked_at",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: InviteToken | None = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_("state"))
    def shown_state(self, invite: InviteToken) -> str:
        return str(InviteState(invite.state).label)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who is no admin lets nobody in, whatever Django's own permissions say."""
        return super().has_add_permission(request) and actor_of(request).is_admin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By what somebody joined stays readable; what is open is taken back."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Pages are read-only; taking back counts as changing."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(
        self,
        request: HttpRequest,
        obj: InviteToken,
        form: ModelForm[InviteToken],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        issued = invite_member(actor=actor_of(request), role=Role(obj.role), specialist_id=obj.specialist_id)
        obj.pk = issued.card.id
        obj.refresh_from_db()
        request.META[_TOKEN] = issued.token

    def response_add(
        self, request: HttpRequest, obj: InviteToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that shows the link: not a message, which would travel in a cookie."""
        payload = f"invite_{request.META[_TOKEN]}"
        context = {
            **self.admin_site.each_context(request),
            "title": _("New invitation"),
            "invite": obj,
            "link": bot_link(payload),
            "command": f"/start {payload}",
            "opts": self.opts,
        }
        page = TemplateResponse(request, "bookings/admin/new_invite.html", context)
        page["Cache-Control"] = "no-store"
        return page

    @admin.action(description=_("Take back"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[InviteToken]) -> None:
        each(
            request,
            queryset.filter(revoked_at=None),
            lambda invite_id: revoke_invite(actor=actor_of(request), invite_id=invite_id),
            lambda done: ngettext("%d invitation taken back", "%d invitations taken back", done) % done,
        )


#: Where the token waits between being made and being shown, within one request.
_TOKEN = "bookings.new_invite"  # noqa: S105 - a name
