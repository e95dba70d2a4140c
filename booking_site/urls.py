"""The address space of the web process."""

from django.contrib import admin
from django.urls import include, path

from booking_site.pages import favicon, home

urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", favicon),
    path("admin/", admin.site.urls),
    path("", include("telegram_ui.urls")),
]
