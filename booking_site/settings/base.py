"""Applications, middleware, templates and static files."""

from booking_site.env import BASE_DIR, read_env
from booking_site.secret_store import development_secrets

ENV = read_env()
SECRETS = {} if ENV.production else development_secrets(ENV.data_dir)

SECRET_KEY = ENV.secret_key or SECRETS.get("SECRET_KEY", "")
DEBUG = False
ROOT_URLCONF = "booking_site.urls"
WSGI_APPLICATION = "booking_site.wsgi.application"
AUTH_USER_MODEL = "bookings.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",  # the static files of the API's documentation page
    "booking_site",
    "bookings",
    "notifications",
    "telegram_ui",
]

MIDDLEWARE = [
    "booking_site.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "bookings.api.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bookings.api.middleware.CallerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "booking_site.middleware.ContentSecurityPolicyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = ENV.data_dir / "media"
MEDIA_URL = "/media/"
# Static files are served straight from the applications: one command less before the first start.
WHITENOISE_USE_FINDERS = True

# Telegram sends an update again for a day at most, clients of the API for as long as they care.
IDEMPOTENCY_KEEP_DAYS = ENV.idempotency_keep_days
AUDIT_KEEP_DAYS = ENV.audit_keep_days
