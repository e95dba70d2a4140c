"""ETags: a hash of the very bytes that are answered."""

from hashlib import blake2b


def etag_of(content: bytes) -> str:
    return f'"{blake2b(content, digest_size=16).hexdigest()}"'


def matches(etag: str, known: list[str]) -> bool:
    """Whether one of ``known`` is it; a proxy that compresses makes our ETag a weak one."""
    return bool({etag, f"W/{etag}", "*"} & set(known))
