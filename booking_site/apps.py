from importlib import import_module

from django.apps import AppConfig


class BookingSiteConfig(AppConfig):
    name = "booking_site"

    def ready(self) -> None:
        """Register the system checks, and make this project's Celery the one that ``shared_task`` belongs to."""
        import_module("booking_site.checks")
        # Without it a web process would publish to Celery's default application, which has another broker.
        import_module("celery_app")
