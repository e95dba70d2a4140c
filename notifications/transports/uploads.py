"""Photos on their way up: each worker uploads a photo once and names it from then on; others wait for that without a permit.

Lives on one event loop. Light to import: who only waits needs no Telegram.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

#: By the loop and the file: Telegram's name of the photo, "" if the upload came to nothing.
_uploads: "dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Future[str]]" = {}


class Upload:
    """To be told by whoever uploads the file: ``file_id`` is Telegram's name of it."""

    file_id = ""


def name_of(path: str) -> str:
    """What the file is called since it was uploaded, "" while it was not."""
    known = _uploads.get((asyncio.get_running_loop(), path))
    return known.result() if known is not None and known.done() else ""


def in_progress(path: str) -> bool:
    known = _uploads.get((asyncio.get_running_loop(), path))
    return known is not None and not known.done()


async def ended(path: str, *, within: float) -> bool:
    """Wait until nobody uploads the file any more; ``False``: not within so many seconds."""
    known = _uploads.get((asyncio.get_running_loop(), path))
    if known is not None and not known.done():
        await asyncio.wait([known], timeout=max(0.0, within))
        return known.done()
    return True


@asynccontextmanager
async def uploading(path: str) -> AsyncIterator[Upload]:
    """For the block, everybody else who needs the file waits. It is not uploaded again if the block says its name."""
    key = asyncio.get_running_loop(), path
    mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    _uploads[key] = mine
    upload = Upload()
    try:
        yield upload
    finally:
        if not upload.file_id and _uploads.get(key) is mine:
            del _uploads[key]  # the next one tries
        mine.set_result(upload.file_id)


def forget() -> None:
    """The names were those of another bot; of the running loop, all that stand."""
    for key in [key for key in _uploads if key[0] is asyncio.get_running_loop()]:
        del _uploads[key]
