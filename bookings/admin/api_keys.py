"""Keys of the API: made, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _, ngettext

from booking_site.lib import clock
from bookings.admin.door import actor_of
from bookings.admin.each import each
from bookings.admin.pages import TitledAdmin
from bookings.admin.typed import ModelForm
from bookings.enums import Role, Scope
from bookings.models import ApiKey, User
from bookings.services.api_keys import issue_api_key, revoke_api_key


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker alone
    scopes = forms.MultipleChoiceField(
        label=_("scopes"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    owner = forms.ModelChoiceField(
        label=_("acts as"), queryset=User.objects.none(),
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
class ApiKeyAdmin(TitledAdmin):
    list_display = ("name", "shown_prefix", "owner", "shown_scopes", "is_good", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix")
    actions = ("revoke",)
    form = NewKeyForm
    fields = ("name", "owner", "scopes", "expires_at")

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """The form of a new one; everything but the token of one that is there."""
        if obj is None:
            return self.fields
        return (
            "name", "shown_prefix", "owner", "shown_scopes", "is_good", "created_at", "created_by", "expires_at",
            "revoked_at", "last_used_at",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_("prefix"), ordering="prefix")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"bk_{key.prefix}_…"

    @admin.display(description=_("scopes"))
    def shown_scopes(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=_("valid"), boolean=True)
    def is_good(self, key: ApiKey) -> bool:
        return key.revoked_at is None and (key.expires_at is None or key.expires_at > clock.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who is no admin makes no keys, whatever Django's own permissions say."""
        return super().has_add_permission(request) and actor_of(request).is_admin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key that was used stays readable; it is revoked."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Pages are read-only; revoking counts as changing."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm[ApiKey], change: bool) -> None:  # noqa: FBT001 - Django's signature
        issued = issue_api_key(
            actor=actor_of(request),
            name=obj.name,
            owner_id=obj.owner_id,
            scopes=form.cleaned_data["scopes"],
            expires_at=obj.expires_at,
        )
        obj.pk = issued.card.id
        obj.refresh_from_db()
        request.META[_TOKEN] = issued.token

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that shows the token: not a message, which would travel in a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("New API key"),
            "key": obj,
            "token": request.META[_TOKEN],
            "opts": self.opts,
        }
        page = TemplateResponse(request, "bookings/admin/new_api_key.html", context)
        page["Cache-Control"] = "no-store"
        return page

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        each(
            request,
            queryset.filter(revoked_at=None),
            lambda key_id: revoke_api_key(actor=actor_of(request), key_id=key_id),
            lambda done: ngettext("%d key revoked", "%d keys revoked", done) % done,
        )


#: Where the token waits between being made and being shown, within one request.
_TOKEN = "bookings.new_api_key"  # noqa: S105 - a name
