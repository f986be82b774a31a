"""Which requests are meant for this server, told by the host that they name.

A web page elsewhere may have its own name made to lead here (DNS rebinding): then the browser lets
it read what is served.  Such a request names the page's host, so only known names are answered.
An address cannot be made to lead elsewhere: the one that a connection has come in at is known too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from artifact_stream.errors import Argument, WrongUsage

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

_NAME = re.compile(r"[0-9a-z_](?:[0-9a-z_.-]{0,251}[0-9a-z_])?|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*")
_HOST = re.compile(r"(?:\[([^\]]*)\]|([^:\[\]]*))(?::\d{0,5})?")


def known_hosts(names: Iterable[str]) -> frozenset[str]:
    """The names that requests may give: those of the loopback addresses, and others.

    Args:
        names: The others, without ports; an address of IPv6 with brackets or without.

    Raises:
        WrongUsage: One is no name of a host.
    """
    known = set(LOOPBACK_NAMES)
    for name in names:
        normal = name.removeprefix("[").removesuffix("]").lower().removesuffix(".")
        if not _NAME.fullmatch(normal):
            raise WrongUsage(
                f"{name!a} is no name of a host, as ",
                Argument("allow_hosts"),
                " needs it: give a name or an address without scheme and port, such as node17.",
            )
        known.add(normal)
    return frozenset(known)


def is_meant(host: str | None, known: frozenset[str], own_address: str) -> bool:
    """True if a request names this server.

    Args:
        host: The value of its ``Host`` header; None if it has none.
        known: See `known_hosts`.
        own_address: The address that its connection has come in at.
    """
    found = _HOST.fullmatch(host or "")
    if found is None:
        return False
    name = (found[1] or found[2] or "").lower().removesuffix(".")
    return name in known or (bool(name) and name == own_address.lower())
