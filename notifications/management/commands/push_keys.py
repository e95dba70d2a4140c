"""``manage.py push_keys``: the key pair by which push services and browsers know this service."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand

from notifications.transports.push import public_key


class Command(BaseCommand):
    help = "Makes a VAPID key for Web Push and prints it as a line for the environment."

    def handle(self, *_args: Any, **_options: Any) -> None:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        private = base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
        self.stdout.write(f"VAPID_PRIVATE_KEY={private}")
        self.stderr.write(
            f"Public key: {public_key(private)}\n"
            "Keep the private key: with another one every browser has to subscribe again. "
            "Set VAPID_SUBJECT to an address that push services may write to."
        )
