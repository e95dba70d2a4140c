"""What `up` prints when all is ready."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from booking_site.supervisor.addresses import browser_url

Row = tuple[str, str, str]


def rows(*, admin_login: str, running: Iterable[str]) -> list[Row]:
    """Name, address and login of everything a person can open in this run."""
    env, names = settings.ENV, set(running)
    site = browser_url(env.host, env.port).rstrip("/")
    found: list[Row] = []
    if "playground" in names:
        found.append(("Playground", browser_url(env.host, env.playground_port), "the bot, without Telegram"))
    if "web" in names:
        found.append(("Admin site", site + reverse("admin:index"), admin_login))
        docs = api_docs_path()
        if docs:
            found.append(("API docs", site + docs, ""))
    if "flower" in names:
        login = settings.FLOWER_BASIC_AUTH.replace(":", " / ", 1) if not env.production else ""
        found.append(("Flower", browser_url(env.host, env.flower_port), login))
    if "web" in names:
        found.append(("Health", site + "/readyz", ""))
    return found


def api_docs_path() -> str:
    """Path of the API's documentation page; empty where there is none."""
    try:
        return reverse("api-v1:openapi-view")
    except NoReverseMatch:
        return ""


def table(found: list[Row]) -> str:
    """The rows as aligned text."""
    widths = [max((len(row[column]) for row in found), default=0) for column in range(3)]
    return "\n".join(
        "  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in found
    )
