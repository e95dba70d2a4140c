"""WSGI entry point of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from booking_site.checks import refuse_unsafe_start
from booking_site.env import refuse_unusable_values
from booking_site.lib.garbage import spare_the_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
refuse_unusable_values()
refuse_unsafe_start()
_site = get_wsgi_application()

from telegram_ui.wsgi_door import WebhookDoor  # noqa: E402 - what it reaches needs Django set up

application = WebhookDoor(_site)
spare_the_collector()  # all that requests need is loaded
