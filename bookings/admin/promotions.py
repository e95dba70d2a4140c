"""Codes that make a visit cheaper."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bookings.admin.archive import ArchiveAdmin
from bookings.admin.door import money_text
from bookings.admin.pages import ReadOnlyInline
from bookings.enums import DiscountKind
from bookings.models import Company, Promotion, PromotionUse


class PromotionUseInline(ReadOnlyInline):
    model = PromotionUse
    fields = ("booking", "client", "used_at")
    readonly_fields = ("used_at",)


@admin.register(Promotion)
class PromotionAdmin(ArchiveAdmin):
    list_display = ("code", "name", "takes_off", "valid_from", "valid_to", "uses", "is_active")
    list_filter = ("is_active", "kind")
    search_fields = ("code", "name")
    filter_horizontal = ("services",)
    inlines = (PromotionUseInline,)
    fieldsets = (
        (None, {"fields": ("code", "name", ("kind", "value"), "is_active")}),
        (
            _("When it applies"),
            {
                "fields": (("valid_from", "valid_to"), "min_price", "services"),
                "description": _("The dates are those on which a booking is made, by the location's clock."),
            },
        ),
        (
            _("How often"),
            {
                "fields": (("usage_limit", "client_limit"), "uses"),
                "description": _("A cancelled booking gives its use back."),
            },
        ),
    )
    readonly_fields = ("uses",)

    @admin.display(description=_("discount"))
    def takes_off(self, promotion: Any) -> str:
        if promotion.kind == DiscountKind.PERCENT:
            return f"{promotion.value.normalize():f} %"
        return money_text(promotion.value, Company.objects.current().currency)

    @admin.display(description=_("used"), ordering="used")
    def uses(self, promotion: Any) -> str:
        return (
            str(promotion.used) if promotion.usage_limit is None else f"{promotion.used} / {promotion.usage_limit}"
        )
