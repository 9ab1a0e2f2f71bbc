"""Flower, the operators' view of the queue, never open to strangers."""

import ipaddress
import sys

from contract import secrets
from stack import settings
from stack.settings import StackSettings


class UnprotectedFlowerError(ValueError):
    """Flower would be reachable from other machines without a password of its own."""


def check(given: StackSettings) -> None:
    """Raise UnprotectedFlowerError when the address is not loopback and nobody has to sign in."""
    auth = given.flower_basic_auth.get_secret_value()
    if not auth and _is_loopback(given.flower_address):
        return
    user, _, password = auth.partition(":")
    if not user or not password or password.lower().startswith(secrets.EXAMPLES):
        raise UnprotectedFlowerError(
            f"Flower does not start on {given.flower_address or 'all addresses'}: "
            "FLOWER_BASIC_AUTH is missing, an example, or not of the form user:password. "
            "Set it, or set FLOWER_ADDRESS to 127.0.0.1."
        )


def command(given: StackSettings) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment to start Flower with; the latter has secrets."""
    environ = settings.inherited()
    environ.pop("FLOWER_BASIC_AUTH", None)  # empty, it would be a user without name and password
    environ |= {
        "FLOWER_ADDRESS": given.flower_address,
        "FLOWER_PORT": str(given.flower_port),
        "FLOWER_READ_ONLY": str(given.flower_read_only).lower(),
    }
    if auth := given.flower_basic_auth.get_secret_value():
        environ["FLOWER_BASIC_AUTH"] = auth
    return [sys.executable, "-m", "celery", "-A", "worker.main", "flower"], environ


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
