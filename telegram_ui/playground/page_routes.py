"""The page at ``/``: static files beside this module."""

import mimetypes
from dataclasses import asdict, dataclass
from pathlib import Path

from aiohttp import web

from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.guard import Handler, guarded

_FOLDER = Path(__file__).parent / "page"


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Addresses in the page's header; an empty one is left out."""

    admin: str = ""
    api: str = ""
    flower: str = ""

    def as_json(self) -> JsonDict:
        return asdict(self)


def add_page_routes(app: web.Application, allowed_hosts: frozenset[str]) -> None:
    guard = guarded(allowed_hosts)
    for file in sorted(_FOLDER.rglob("*")):
        if file.is_file():
            path = file.relative_to(_FOLDER).as_posix()
            app.router.add_get("/" if path == "index.html" else f"/{path}", guard(_static(file)))


def _static(file: Path) -> Handler:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"

    async def serve(_request: web.Request) -> web.Response:
        # Read each time: whoever works on the page sees the change on reload.
        return web.Response(
            body=file.read_bytes(),  # noqa: ASYNC240 - a small file of this package
            content_type=kind,
            charset="utf-8" if kind.startswith("text/") else None,
            headers={"Cache-Control": "no-cache"},
        )  # fmt: skip

    return serve
