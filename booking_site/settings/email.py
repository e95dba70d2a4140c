"""Outgoing e-mail."""

from urllib.parse import unquote, urlsplit

from booking_site.settings.base import ENV

_url = urlsplit(ENV.email_url)

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from
EMAIL_TIMEOUT = 10  # seconds; Django waits for ever

if ENV.email_url:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_USE_SSL = _url.scheme == "smtps"
    EMAIL_USE_TLS = _url.scheme == "smtp+tls"
    EMAIL_HOST = _url.hostname or ""
    EMAIL_PORT = _url.port or {"smtps": 465, "smtp+tls": 587}.get(_url.scheme, 25)
    EMAIL_HOST_USER = unquote(_url.username or "")
    EMAIL_HOST_PASSWORD = unquote(_url.password or "")
else:
    # Each message is a file that can be read there; production without EMAIL_URL sends no e-mail at all.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ENV.data_dir / "mail"
