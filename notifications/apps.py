from importlib import import_module

from celery.signals import worker_shutdown
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        import_module("notifications.receivers")
        import_module("notifications.processing").register()
        worker_shutdown.connect(import_module("notifications.shutdown").close_connections)
