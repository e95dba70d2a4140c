"""Which addresses Telegram takes in links and buttons, and how it writes them."""

import re

_URL = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>[^\s/?#]+)(?P<rest>[/?#]\S*)?$", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[^@\s]+@)?(?:\[[0-9a-f:.]+\]|[^\s:@\[\]!\"'()*,;<>\\^`{|}]+\.[^\s:@.\[\]!\"'()*,;<>\\^`{|}]+)(?::\d{1,5})?\.?$",
    re.IGNORECASE,
)
_INTERNAL = ("tg", "ton", "tonsite")


def check_link(url: str, *, https_only: bool = False) -> tuple[str, str]:
    """Return ``(address as Telegram stores it, "")`` or ``("", reason)``. A host needs a dot: localhost is refused."""
    match = _URL.match(url.strip())
    if match is None:
        return "", "Wrong HTTP URL"
    scheme = (match["scheme"] or "http").lower()
    rest = match["rest"] or ""
    if scheme in _INTERNAL:
        return ("", "Only HTTPS links are allowed") if https_only else (f"{scheme}://{match['host']}{rest}", "")
    if scheme not in {"http", "https"}:
        return "", "Unsupported URL protocol"
    if https_only and scheme != "https":
        return "", "Only HTTPS links are allowed"
    if not _HOST.match(match["host"]):
        return "", "Wrong HTTP URL"
    if not rest.startswith("/"):
        rest = "/" + rest
    return f"{scheme}://{match['host'].lower()}{rest}", ""


def mentioned_user(url: str) -> int | None:
    """The user of a ``tg://user?id=N`` link."""
    match = re.fullmatch(r"tg://user\?id=(\d{1,19})", url.strip(), re.IGNORECASE)
    return int(match[1]) if match else None
