from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from bookings import database_guard  # noqa: PLC0415 - Django's place for connecting receivers
        from bookings.services import freed, reopened  # noqa: PLC0415 - needs the models
        from bookings.slots import invalidation  # noqa: PLC0415 - needs the models

        invalidation.connect()
        freed.connect()
        reopened.connect()

        pre_migrate.connect(database_guard.before_migrate, sender=self, dispatch_uid="guard_before_migrate")
        post_migrate.connect(database_guard.after_migrate, sender=self, dispatch_uid="guard_after_migrate")
