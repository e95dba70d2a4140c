"""Stars and words of clients, and what the business answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, ReviewCard, Text
from telegram_ui.views.bookings import facts
from telegram_ui.views.format import bold, local_date, safe, short, short_date

#: Stars up to which we ask what went wrong.
SORRY = 3
#: Letters of a review in a list.
EXCERPT = 120


def stars(rating: int) -> str:
    return "★" * rating + "☆" * (5 - rating)


def ask_stars(booking: BookingCard, today: date) -> str:
    return bold(_("How was your visit?")) + f"\n\n{facts(booking, today)}"


def thanks(rating: int) -> str:
    return _("Thank you for the rating! %(stars)s") % {"stars": stars(rating)}


def ask_words(rating: int) -> str:
    """After the stars, which are kept already."""
    if rating <= SORRY:
        ask = _("We are sorry it was not better. What went wrong? Type it in one message.")
    else:
        ask = _("Would you add a few words? Type them in one message.")
    return f"{bold(thanks(rating))}\n\n{ask}"


def words_saved() -> str:
    return _("Thank you, your review is saved.")


def own(review: ReviewCard) -> str:
    """A client's own review under the card of the visit."""
    lines = [stars(review.rating)]
    if review.text:
        lines.append(f"“{escape(review.text, quote=False)}”")
    if review.reply:
        lines.append(_("Our answer: %(reply)s") % {"reply": escape(review.reply, quote=False)})
    return "\n".join(lines)


def _legend(reviews: Sequence[ReviewCard]) -> list[str]:
    """What the marks of this page mean."""
    marks = [_("🙈 hidden")] if any(review.is_hidden for review in reviews) else []
    marks += [_("↩️ answered")] if any(review.reply for review in reviews) else []
    return [" · ".join(marks)] if marks else []


def page(reviews: Sequence[ReviewCard], names: Mapping[int, Text], zone: str) -> str:
    """``names``: of specialists, by id."""
    if not reviews:
        return bold(_("Reviews")) + "\n\n" + _("No reviews yet.")
    parts = [bold(_("Reviews"))]
    for number, review in enumerate(reviews, start=1):
        marks = (" 🙈" if review.is_hidden else "") + (" ↩️" if review.reply else "")
        head = f"{number}. {stars(review.rating)} {escape(short(review.client_name, 30), quote=False)}{marks}"
        text = f"\n{escape(short(review.text, EXCERPT), quote=False)}" if review.text else ""
        parts.append(f"{head}\n<i>{_about(review, names, zone)}</i>{text}")
    return "\n\n".join([*parts, *_legend(reviews)])


def card(review: ReviewCard, names: Mapping[int, Text], zone: str) -> str:
    lines = [
        f"{stars(review.rating)} <b>{escape(review.client_name, quote=False)}</b>",
        _about(review, names, zone),
    ]
    if review.is_hidden:
        lines.append("🙈 " + _("Hidden: nobody sees it, and it does not count."))
    if review.text:
        lines += ["", escape(review.text, quote=False)]
    if review.reply:
        lines += ["", _("Our answer: %(reply)s") % {"reply": escape(review.reply, quote=False)}]
    return "\n".join(lines)


def _about(review: ReviewCard, names: Mapping[int, Text], zone: str) -> str:
    who = ", ".join(safe(names[each]) for each in review.specialist_ids if each in names)
    day = short_date(local_date(review.created_at, zone))
    return f"{day} · {who}" if who else day


def ask_reply(*, is_hidden: bool) -> str:
    if is_hidden:
        return _("Type the answer. The review is hidden, so only its author will read it.")
    return _("Type the answer; everybody can read it.")


def replied() -> str:
    return _("The answer is saved.")


def hidden() -> str:
    return _("The review is hidden.")


def shown() -> str:
    return _("The review is shown again.")
