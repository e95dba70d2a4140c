"""Integrators' webhooks, and browsers that asked to be told."""

import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from bookings.admin.door import actor_of, explain
from bookings.admin.form_pages import FormPage
from bookings.admin.pages import ReadOnlyAdmin, TitledAdmin
from bookings.admin.shown_once import shown_once
from bookings.admin.typed import ModelAdmin
from bookings.exceptions import BookingError
from bookings.services.resources.removal import remove
from bookings.services.resources.writing import update
from notifications.admin.typed import ModelForm
from notifications.entities import WEBHOOKS
from notifications.models import Delivery, PushSubscription, WebhookEndpoint
from notifications.services import webhooks
from notifications.webhook_bodies import OFFERED
from notifications.webhook_rules import check_url

_TWO_SECRETS = gettext_lazy(
    "After a new secret the one before signs for 24 hours more. Another new one within that time ends it at once."
)


class WebhookForm(ModelForm[WebhookEndpoint]):
    kinds = forms.MultipleChoiceField(
        label=capfirst(gettext_lazy("events")), choices=[(kind.value, kind.label) for kind in OFFERED],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "kinds", "is_active")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            check_url(url)
        except BookingError as refusal:
            raise ValidationError(_problems()[str(refusal.details["problem"])]) from None
        return url


def _problems() -> dict[str, str]:
    """What is wrong with an address, by ``webhook_rules.check_url``."""
    return {
        "https": _("The address begins with https:// and names a host."),
        "login": _("An https address without a login."),
        "fragment": _("An address without a part after #."),
        "port": _("A port is a number from 1 to 65535."),
        "letters": _("No blanks, and Latin letters alone: write an international name as xn--…"),
        "too_long": _("The address is too long: at most 500 characters."),
        "host": _("This is neither the name of a host nor an address."),
        "not_public": _(
            "This address is not on the Internet: nothing is sent to this machine or its own networks."
        ),
    }


class NewSecretForm(forms.Form):
    """Nothing to fill in; sent twice, it makes one secret."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput)


class NewSecretView(FormPage):
    title = gettext_lazy("New secret")
    submit = gettext_lazy("Make a new secret")

    def get(self, request: HttpRequest, webhook_id: int) -> HttpResponse:
        return self._form(request, self._hook(request, webhook_id))

    def post(self, request: HttpRequest, webhook_id: int) -> HttpResponse:
        hook = self._hook(request, webhook_id)
        form = NewSecretForm(request.POST)
        if not form.is_valid():
            return self._form(request, hook)
        key = f"admin:{form.cleaned_data['idempotency_key']}"
        try:
            issued = webhooks.rotate_secret(actor=actor_of(request), webhook_id=hook.pk, idempotency_key=key)
        except BookingError as refusal:
            messages.error(request, explain(refusal))
            return self._form(request, hook)
        return told_once(request, self.model_admin, hook, issued)

    def _form(self, request: HttpRequest, hook: WebhookEndpoint) -> HttpResponse:
        form = NewSecretForm(initial={"idempotency_key": secrets.token_hex(12)})
        back = reverse("admin:notifications_webhookendpoint_change", args=[hook.pk])
        return self.page(request, form, about=f"{hook.name}: {_TWO_SECRETS}", back=back)

    def _hook(self, request: HttpRequest, webhook_id: int) -> WebhookEndpoint:
        hook = get_object_or_404(WebhookEndpoint, pk=webhook_id)
        if not self.model_admin.has_change_permission(request, hook):
            raise PermissionDenied
        return hook


def told_once(
    request: HttpRequest, model_admin: ModelAdmin[Any], made: Any, *issued: webhooks.IssuedSecret
) -> HttpResponse:
    """The page with the secrets; ``made`` is what its head names."""
    template = "notifications/admin/new_secret.html"
    return shown_once(
        request, model_admin, template, made=made, title=_("New secret"), issued=issued, about=_TWO_SECRETS
    )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(TitledAdmin):
    """Secrets are told once, when they are made; the page itself shows none."""

    form = WebhookForm
    list_display = ("name", "url", "is_active", "stopped_because", "previous_until", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "url")
    readonly_fields = ("stopped_because", "previous_until", "created_at", "shown_deliveries")
    fields = ("name", "url", "kinds", "is_active")
    actions = ("rotate",)
    change_form_template = "admin/notifications/webhookendpoint/change_form.html"

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(NewSecretView.as_view(model_admin=self))
        own = path("<int:webhook_id>/new-secret/", page, name="notifications_webhookendpoint_new_secret")
        return [own, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """One that is not there yet has no state."""
        state = (gettext_lazy("State"), {"fields": self.readonly_fields, "description": _TWO_SECRETS})
        return [(None, {"fields": self.fields}), *([] if obj is None else [state])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        values = {name: form.cleaned_data[name] for name in self.fields}
        if change:
            update(actor=actor_of(request), entity=WEBHOOKS, row_id=obj.pk, values=values)
            return
        obj.issued = webhooks.create_webhook(actor=actor_of(request), **values)
        obj.pk = obj.issued.webhook_id

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return told_once(request, self, obj, obj.issued)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """With a webhook goes everything it was told: that is for its service to decide, not for the deliveries' page."""
        rows = list(objs)
        told = {row.pk: row.deliveries.count() for row in rows}
        shown: list[Any] = []
        for row in rows:
            shown += [f"{row} ({row.url})", [_("everything it was told, and was to be: %d") % told[row.pk]]]
        names = (self.opts.verbose_name_plural, Delivery._meta.verbose_name_plural)  # noqa: SLF001 - documented
        return shown, dict(zip(names, (len(rows), sum(told.values())), strict=True)), set(), []

    def delete_model(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        remove(actor=actor_of(request), entity=WEBHOOKS, row_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    @admin.action(
        description=gettext_lazy("Make a new secret (a second one within 24 hours ends the first at once)"),
        permissions=["change"],
    )
    def rotate(self, request: HttpRequest, rows: QuerySet[WebhookEndpoint]) -> HttpResponse:
        actor = actor_of(request)
        issued = [webhooks.rotate_secret(actor=actor, webhook_id=row.pk) for row in rows]
        return told_once(request, self, _("New secret"), *issued)

    @admin.display(description=gettext_lazy("deliveries"))
    def shown_deliveries(self, row: WebhookEndpoint) -> SafeString:
        url = "../../../delivery/"
        return format_html('<a href="{}?endpoint__id__exact={}">{}</a>', url, row.pk, row.deliveries.count())


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ReadOnlyAdmin):
    """The address itself is a key to the browser: only the service is shown."""

    list_display = ("id", "user", "service", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__first_name", "user__last_name", "user__phone")
    fields = ("user", "service", "created_at")

    @admin.display(description=gettext_lazy("push service"))
    def service(self, row: PushSubscription) -> str:
        return row.endpoint.split("/")[2]
