"""Russian and English; instants are stored in UTC and shown in the zone of the location."""

from django.utils.translation import gettext_lazy as _

from booking_site.env import BASE_DIR

LANGUAGE_CODE = "en"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "booking_site.formats"
# Before Django's own: a few of its Russian sentences need cases that names of models do not come in.
LOCALE_PATHS = [BASE_DIR / "booking_site" / "locale"]
