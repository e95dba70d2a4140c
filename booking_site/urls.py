"""The address space of the web process."""

from django.contrib import admin
from django.urls import path

from booking_site.pages import home

urlpatterns = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
]
