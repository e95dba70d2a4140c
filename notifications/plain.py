"""Messages without markup, for channels that show none."""

from html.parser import HTMLParser


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The text of a message's HTML; line breaks stay."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def title_and_rest(html: str) -> tuple[str, str]:
    """The first line and what follows it, without markup."""
    title, _break, rest = plain(html).strip().partition("\n")
    return title.strip(), rest.strip()
