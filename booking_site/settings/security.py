"""Hosts, proxies, cookies, transport security and password rules."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from booking_site.settings.base import ENV, SECRETS


def networks(stated: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks, comma separated. Raises ValueError where one is not."""
    return tuple(ip_network(part.strip()) for part in stated.split(",") if part.strip())


ALLOWED_HOSTS = [host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()]
PUBLIC_URL = ENV.public_url.rstrip("/") or f"http://{ENV.host}:{ENV.port}"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if ENV.public_url else []
TRUSTED_PROXIES = networks(ENV.trusted_proxies)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.production
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENV.production:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

AUTHENTICATION_BACKENDS = ["bookings.role_backend.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

FLOWER_BASIC_AUTH = ENV.flower_basic_auth or f"admin:{SECRETS.get('FLOWER_PASSWORD', '')}"
METRICS_TOKEN = ENV.metrics_token
