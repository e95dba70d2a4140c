"""Integrators' webhooks, and browsers that asked to be told."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from bookings.admin.door import actor_of
from bookings.admin.pages import ReadOnlyAdmin, TitledAdmin
from bookings.exceptions import BookingError
from notifications.admin.typed import ModelForm
from notifications.models import Delivery, PushSubscription, WebhookEndpoint
from notifications.services import webhooks
from notifications.webhook_bodies import OFFERED

_TWO_SECRETS = gettext_lazy(
    "After a new secret the one before signs for 24 hours more. Another new one within that time ends it at once."
)


class WebhookForm(ModelForm[WebhookEndpoint]):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("events"), choices=[(kind.value, kind.label) for kind in OFFERED],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "kinds", "is_active")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            webhooks.check_url(url)
        except BookingError as refusal:
            if refusal.details.get("problem") == "not_public":
                raise ValidationError(
                    _("This address is not on the Internet: nothing is sent to this machine or its own networks.")
                ) from None
            raise ValidationError(_("An https address without a login.")) from None
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(TitledAdmin):
    """Secrets are told once, when they are made; the page itself shows none."""

    form = WebhookForm
    list_display = ("name", "url", "is_active", "stopped_because", "previous_until", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "url")
    readonly_fields = ("stopped_because", "previous_until", "created_at", "shown_deliveries")
    fieldsets = (
        (None, {"fields": ("name", "url", "kinds", "is_active")}),
        (
            gettext_lazy("State"),
            {
                "fields": ("stopped_because", "previous_until", "created_at", "shown_deliveries"),
                "description": _TWO_SECRETS,
            },
        ),
    )
    actions = ("rotate",)

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: Any) -> None:
        actor, values = actor_of(request), form.cleaned_data
        if change:
            webhooks.update_webhook(
                actor=actor, webhook_id=obj.pk, name=values["name"], url=values["url"], kinds=values["kinds"],
                is_active=values["is_active"],
            )  # fmt: skip
            return
        card = webhooks.create_webhook(
            actor=actor,
            name=values["name"],
            url=values["url"],
            kinds=values["kinds"],
            is_active=values["is_active"],
        )
        obj.pk = card.id
        self._tell(request, card)

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
        webhooks.remove_webhook(actor=actor_of(request), webhook_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    @admin.action(
        description=gettext_lazy("Make a new secret (a second one within 24 hours ends the first at once)"),
        permissions=["change"],
    )
    def rotate(self, request: HttpRequest, rows: QuerySet[WebhookEndpoint]) -> None:
        for row in rows:
            self._tell(request, webhooks.rotate_secret(actor=actor_of(request), webhook_id=row.pk))
        self.message_user(request, _TWO_SECRETS)

    def _tell(self, request: HttpRequest, card: webhooks.WebhookCard) -> None:
        text = _("Secret of “%(name)s”, shown this once: %(secret)s") % {"name": card.name, "secret": card.secret}
        self.message_user(request, text, messages.WARNING)

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
