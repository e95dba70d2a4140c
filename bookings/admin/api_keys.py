"""Keys of the API: made, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _, ngettext

from booking_site.lib import clock
from bookings.admin.door import actor_of
from bookings.admin.each import each
from bookings.admin.shown_once import ShownOnceAdmin
from bookings.admin.typed import ModelForm
from bookings.enums import Role, Scope
from bookings.models import ApiKey, User
from bookings.services.api_keys import issue_api_key, revoke_api_key


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker alone
    scopes = forms.MultipleChoiceField(
        label=capfirst(_("scopes")), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    owner = forms.ModelChoiceField(
        label=capfirst(_("acts as")), queryset=User.objects.none(),
        help_text=_("the key can do nothing that this person may not"),
    )  # fmt: skip

    class Meta:
        model = ApiKey
        fields = ("name", "owner", "scopes", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields.get("owner")  # a key that is there is shown without a form
        if not isinstance(owner, forms.ModelChoiceField):
            return
        staff = Q(is_superuser=True) | Q(role__in=(Role.ADMIN, Role.SPECIALIST))
        owner.queryset = User.objects.filter(staff, is_active=True, is_banned=False).order_by("first_name", "pk")

    def clean_expires_at(self) -> Any:
        """An end that is past makes no key."""
        end = self.cleaned_data["expires_at"]
        if end is not None and end <= clock.now():
            raise forms.ValidationError(_("This moment is past."))
        return end


@admin.register(ApiKey)
class ApiKeyAdmin(ShownOnceAdmin):
    list_display = ("name", "shown_prefix", "owner", "shown_scopes", "is_good", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix")
    actions = ("revoke",)
    form = NewKeyForm
    fields = ("name", "owner", "scopes", "expires_at")
    kept_fields = (
        "name", "shown_prefix", "owner", "shown_scopes", "is_good", "created_at", "created_by", "expires_at",
        "revoked_at", "last_used_at",
    )  # fmt: skip
    once_template = "bookings/admin/new_api_key.html"

    @admin.display(description=_("prefix"), ordering="prefix")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"bk_{key.prefix}_…"

    @admin.display(description=_("scopes"))
    def shown_scopes(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=_("valid"), boolean=True)
    def is_good(self, key: ApiKey) -> bool:
        return key.revoked_at is None and (key.expires_at is None or key.expires_at > clock.now())

    def issue(self, request: HttpRequest, form: ModelForm[Any]) -> tuple[int, str]:
        wanted = form.cleaned_data
        issued = issue_api_key(
            actor=actor_of(request),
            name=wanted["name"],
            owner_id=wanted["owner"].pk,
            scopes=wanted["scopes"],
            expires_at=wanted["expires_at"],
        )
        return issued.card.id, issued.token

    def once(self, token: str) -> dict[str, Any]:
        return {"title": _("New API key"), "token": token}

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        each(
            request,
            queryset.filter(revoked_at=None),
            lambda key_id: revoke_api_key(actor=actor_of(request), key_id=key_id),
            lambda done: ngettext("%d key revoked", "%d keys revoked", done) % done,
        )
