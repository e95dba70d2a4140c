"""The site's own start page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse

from booking_site.supervisor.addresses import browser_url
from booking_site.supervisor.announce import api_docs_path


def favicon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look for it, asked or not."""
    return redirect(static("booking_site/favicon.svg"), permanent=True)


def home(request: HttpRequest) -> HttpResponse:
    """In production the admin site; elsewhere a page with all addresses of this run."""
    if settings.ENV.production:
        return redirect("admin:index")
    env = settings.ENV
    links = [("Admin site", reverse("admin:index"), "bookings, services, specialists, settings")]
    if docs := api_docs_path():
        links.append(("API docs", docs, "the REST API, to try out"))
    if settings.TELEGRAM_USES_PLAYGROUND:
        links.insert(0, ("Playground", browser_url(env.host, env.playground_port), "the bot, without Telegram"))
    links += [
        ("Flower", browser_url(env.host, env.flower_port), "workers and tasks"),
        ("Readiness", "/readyz", "what works right now"),
    ]
    return render(request, "booking_site/home.html", {"links": links})
