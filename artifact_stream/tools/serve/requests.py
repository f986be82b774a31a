"""Requests of HTTP/1.1 as bytes: what they ask for, and which part of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

MAX_HEAD_BYTES = 32 << 10
_MAX_RANGES = 16
"""A request for more parts than this gets the whole file."""

_LINE = re.compile(r"([A-Z]{1,20}) (\S+) HTTP/1\.([01])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_ABSOLUTE = re.compile(r"https?://([^/?#]*)(.*)", re.IGNORECASE)
_RANGE = re.compile(r"(\d{0,18})-(\d{0,18})")


class BadRequest(ValueError):
    """What came is no request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its body.

    Attributes:
        method: Such as ``GET``.
        path: Decoded, relative to the root, with ``/``; bytes that are no UTF-8 are surrogates.
        host: What it names as its host; None if it names none.
        headers: By their names in lower case; of repeated ones the first.
        keeps_alive: The connection stays open for another request.
    """

    method: str
    path: str
    host: str | None
    headers: dict[str, str]
    keeps_alive: bool


def parse_request(head: bytes) -> Request:
    """A request from its head.

    Args:
        head: All up to the empty line.

    Raises:
        BadRequest: It is none.
    """
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    found = _LINE.fullmatch(first)
    if found is None:
        raise BadRequest
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise BadRequest
        name = header[1].lower()
        if name == "host" and name in headers:
            raise BadRequest  # Of two hosts nobody knows which one counts.
        headers.setdefault(name, header[2])
    method, target, minor = found.groups()
    host = headers.get("host")
    if absolute := _ABSOLUTE.fullmatch(target):
        host, target = absolute[1], absolute[2] or "/"
    if not target.startswith("/") and method != "OPTIONS":
        raise BadRequest
    path = target.partition("#")[0].partition("?")[0].removeprefix("/")
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    asked = headers.get("connection", "").lower()
    return Request(
        method,
        unquote(path, errors="surrogateescape"),
        host,
        headers,
        # A body is not read: what follows could be taken for a request.
        keeps_alive=minor == "1" and "close" not in asked and not has_body,
    )


def ranges_of(value: str | None, size: int) -> list[tuple[int, int]] | None:
    """The parts of a file that a request wants.

    Args:
        value: Of its ``Range`` header; None if it has none.
        size: The file's, in bytes.

    Returns:
        First byte and the one behind the last of each part, none if all lie behind the end of the
        file; None for the whole file.
    """
    if value is None or not value.startswith("bytes="):
        return None
    parts = value.removeprefix("bytes=").split(",")
    if len(parts) > _MAX_RANGES:
        return None
    wanted = []
    for part in parts:
        found = _RANGE.fullmatch(part.strip())
        if found is None or part.strip() == "-":
            return None
        first, last = found.groups()
        if first and last and int(last) < int(first):
            return None
        start = int(first) if first else max(0, size - int(last))
        stop = min(size, int(last) + 1) if first and last else size
        if start < stop:
            wanted.append((start, stop))
    return wanted
