"""Files beside the database: written before the row that names them, deleted after it is gone for good.

A process that dies in between leaves a file that nobody names, never a row without its file.
"""

from django.core.files.storage import default_storage
from django.db import transaction


def forget_file(name: str) -> None:
    """Delete it once the transaction that parts with it stands."""
    transaction.on_commit(
        lambda: default_storage.delete(name), robust=True
    )  # what was written stands all the same
