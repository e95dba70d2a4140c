"""Django settings, one small file per concern; values come from ``booking_site.env``."""

from .api import *
from .base import *
from .celery import *
from .database import *
from .email import *
from .internationalisation import *
from .logs import *
from .notifications import *
from .redis import *
from .security import *
from .telegram import *
