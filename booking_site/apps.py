from django.apps import AppConfig


class BookingSiteConfig(AppConfig):
    name = "booking_site"
