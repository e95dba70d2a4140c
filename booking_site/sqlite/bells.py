"""Waking somebody who waits in another process of this machine, by a name both know; nothing is kept anywhere.

A ring may be lost, and anybody may ring: it only says that looking again may be worth it. A bell lives as long as its
socket, so nothing is left behind by who dies. Names are Linux's abstract ones, known within one network namespace.
"""

import os
import socket
import sys
from contextlib import suppress
from typing import Final

SUPPORTED: Final = sys.platform == "linux"


class Bell:
    """Waits for a ring. Without support, or when the name is taken, it waits all the same and nobody wakes it."""

    def __init__(self, name: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        if SUPPORTED:
            with suppress(OSError):
                self._socket.bind(_address(name))

    def wait(self, seconds: float) -> None:
        """Until somebody rings or ``seconds`` have passed. Who rang before this is heard at once."""
        self._socket.settimeout(seconds)
        with suppress(TimeoutError):
            self._socket.recv(1)

    def close(self) -> None:
        self._socket.close()


def ring(name: str) -> None:
    """Wake whoever waits there; nobody may, and nobody is waited for."""
    if not SUPPORTED:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as ringing:
        ringing.setblocking(False)
        ringing.sendto(b"!", _address(name))


def _address(name: str) -> bytes:
    return b"\0" + os.fsencode(name)
