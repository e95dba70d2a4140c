"""What is said about the photo in a specialist's own profile."""

from django.utils.translation import gettext as _


def ask(*, has_one: bool) -> str:
    if has_one:
        return _("Clients see this photo as they choose a specialist. Send another one to replace it.")
    return _("Send a photo of yourself: clients see it as they choose a specialist.")


def send_it() -> str:
    return _("Send it as a photo, please.")


def saved() -> str:
    return _("The photo is saved.")


def removed() -> str:
    return _("The photo is removed.")
