"""Where a Neo4j server is, and how it is spoken to."""

import ipaddress
import os
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from graph.errors import StoreError

PLAINTEXT = "KGBERT_NEO4J_PLAINTEXT"
"""Environment variable that, set to ``1``, lets plain schemes stay plain to any host."""

_PLAIN, _ENCRYPTED = ("bolt", "neo4j"), ("bolt+s", "bolt+ssc", "neo4j+s", "neo4j+ssc")
_SCHEME = re.compile(r"(?:bolt|neo4j)(?:\+s|\+ssc)?://", re.IGNORECASE)


class Account(NamedTuple):
    """Who asks, and which database; from the environment, so that no password stands in a list of processes.

    Attributes:
        user: ``NEO4J_USERNAME``, or ``neo4j``.
        password: ``NEO4J_PASSWORD``; ``None`` where the server asks for none.
        database: ``NEO4J_DATABASE``; ``None`` for the user's home database.
    """

    user: str
    password: str | None
    database: str | None

    def __repr__(self) -> str:
        """Leave the password out."""
        return f"Account(user={self.user!r}, database={self.database!r})"


def account(environment: Mapping[str, str] = os.environ) -> Account:
    """Return what the environment says."""
    return Account(
        environment.get("NEO4J_USERNAME") or "neo4j",
        environment.get("NEO4J_PASSWORD") or None,
        environment.get("NEO4J_DATABASE") or None,
    )


def is_address(where: object) -> bool:
    """Return whether ``where`` is the address of a server rather than a folder."""
    return isinstance(where, str) and _SCHEME.match(where) is not None


def secured(address: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return ``address`` with TLS asked for, unless it asks already, the host is this one, or TLS is opted out of.

    ``bolt://`` and ``neo4j://`` to any host but loopback become ``bolt+s://`` and ``neo4j+s://``, which check the
    certificate; ``+ssc`` takes a self-signed one. ``KGBERT_NEO4J_PLAINTEXT=1`` leaves plain what is written plain.

    Raises:
        StoreError: It is no such address, or holds a user name or password.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"{_without_user(address)}: not an address ({error})") from error
    if parts.scheme not in (*_PLAIN, *_ENCRYPTED) or not host:
        schemes = ", ".join(f"{scheme}://" for scheme in (*_PLAIN, *_ENCRYPTED))
        raise StoreError(
            f"{_without_user(address)}: not the address of a Neo4j server; expected a host after {schemes}"
        )
    if "@" in parts.netloc:
        raise StoreError(
            f"{_without_user(address)}: an address holds no user name or password;"
            " set NEO4J_USERNAME and NEO4J_PASSWORD instead"
        )
    if parts.scheme in _PLAIN and not _is_loopback(host) and environment.get(PLAINTEXT) != "1":
        return parts._replace(scheme=f"{parts.scheme}+s").geturl()
    return address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _without_user(address: str) -> str:
    return re.sub(r"//.*@", "//", address)
