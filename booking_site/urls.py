"""The address space of the web process."""

from django.contrib import admin
from django.urls import include, path

from booking_site.pages import favicon, home
from bookings.api.v1 import api
from notifications.api import campaigns, manage as manage_notifications, people

api.add_router("", people.router, tags=["Notifications"])
api.add_router("/manage", manage_notifications.router)
api.add_router("/manage", campaigns.router)

urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", favicon),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include("telegram_ui.urls")),
]
