from importlib import import_module

from celery.signals import worker_shutdown
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from booking_site.metrics import register_gauge


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        import_module("notifications.receivers")
        import_module("notifications.processing").register()
        register_gauge(
            "notification_channel_not_let_in",
            "1 where a channel turns the service away until a setting is mended",
            import_module("notifications.troubles").not_let_in,
            label="channel",
        )
        worker_shutdown.connect(import_module("notifications.shutdown").close_connections)
