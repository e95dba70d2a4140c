"""What the role of a person allows on the admin site."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from bookings.enums import Role
from bookings.models import User

#: Whose rows admins keep. Groups, permissions and sessions are Django's own, and a superuser's.
_OURS = frozenset({"bookings", "notifications", "telegram_ui"})


class RoleBackend(ModelBackend):
    """Admins who may enter the site may use all of its pages; what they may do there, the services decide as for every
    other door. For everybody else it is Django's permissions.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Whether the user has ``perm`` (``app.action_model``)."""
        return _is_site_admin(user_obj, perm.partition(".")[0]) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the user has any permission in the app."""
        return _is_site_admin(user_obj, app_label) or super().has_module_perms(user_obj, app_label)


def _is_site_admin(user: Any, app_label: str) -> bool:
    return (
        app_label in _OURS
        and isinstance(user, User)
        and user.is_active
        and user.is_staff
        and not user.is_banned
        and user.role == Role.ADMIN
    )
