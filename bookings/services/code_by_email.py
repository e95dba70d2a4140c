"""One-time codes by e-mail."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from bookings.models import Company


def send(*, address: str, code: str, language: str) -> int | None:
    """Send the code; anybody who reads the mail may come in, so nobody has to be found first.

    Raises OSError (smtplib's errors among them) where the mail server does not take it.
    """
    with translation.override(language):
        company = str(Company.objects.current().name)
        lines = [
            _("Your code: %(code)s") % {"code": code},
            _("It is good for 5 minutes. If you did not ask for it, do nothing: nobody gets in without it."),
        ]
        # A header is one line, whatever the name of the company holds.
        subject = " ".join(f"{_('Code')} {code} · {company}".rstrip(" ·").split())
        send_mail(subject, "\n\n".join(lines) + "\n", settings.DEFAULT_FROM_EMAIL, [address])
    return 0
