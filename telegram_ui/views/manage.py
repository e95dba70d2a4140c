"""The admin's menu."""

from django.utils.translation import gettext as _

from telegram_ui.views.format import bold


def manage() -> str:
    return bold(_("Management")) + "\n\n" + _("What would you like to look at?")
