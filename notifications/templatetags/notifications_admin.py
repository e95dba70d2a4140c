"""What the admin pages show of notifications."""

from typing import Any

from django import template

from bookings.admin.door import actor_of
from notifications.letters import count_open
from notifications.troubles import troubles

register = template.Library()


@register.inclusion_tag("notifications/admin/troubles.html", takes_context=True)
def channel_troubles(context: dict[str, Any]) -> dict[str, Any]:
    """For admins only: an error can tell of the installation."""
    actor = actor_of(context["request"])
    if not actor.is_admin:
        return {}
    return {"troubles": troubles(), "open_letters": count_open(actor=actor)}
