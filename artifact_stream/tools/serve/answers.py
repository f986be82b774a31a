"""Answers to requests: files of an output, each opened once and through no link."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import BinaryIO
from urllib.parse import quote

from artifact_stream.layout import INDEX_PAGE
from artifact_stream.output.reader import Output
from artifact_stream.tools.serve.requests import Request, ranges_of

# The system's own table would be asked otherwise, and knows, say, no JavaScript on some machines.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "text/plain; charset=utf-8",  # which browsers show
    ".txt": "text/plain; charset=utf-8",
}
OTHER_CONTENT_TYPE = "application/octet-stream"

HEADERS = {
    # An output may be made again under the same names: ask each time, which costs one short answer.
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "cross-origin-opener-policy": "same-origin",
    # Scripts and texts are model code: no other site may load them.
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_REASONS = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    307: "Temporary Redirect",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    416: "Range Not Satisfiable",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_BOUNDARY = "artifact-stream-part"
_READ_BYTES = 64 << 10
NO_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""What the system says when it has too few descriptors, or too little memory."""


@dataclass(slots=True)
class Answer:
    """An answer that has not been sent.

    Attributes:
        status: Its number.
        headers: Without those that every answer has.
        length: How many bytes its body has; of an answer to ``HEAD``, would have.
        file: Where the body is from; None if it is in `text`.
        parts: Of the file: what stands before each, its first byte and the one behind its last.
        text: The body, or what stands behind the parts.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    length: int = 0
    file: BinaryIO | None = None
    parts: list[tuple[bytes, int, int]] = field(default_factory=list)
    text: bytes = b""

    def head(self, *, keeps_alive: bool) -> bytes:
        """All that stands before the body."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS[self.status]}"]
        every = {"date": formatdate(usegmt=True), **HEADERS, **self.headers}
        if self.status != 304:
            every["content-length"] = str(self.length)
        if not keeps_alive:
            every["connection"] = "close"
        lines += (f"{name}: {value}" for name, value in every.items())
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def body(self) -> Iterator[bytes]:
        """The body in pieces; fewer bytes than said if the file has become shorter."""
        for before, start, stop in self.parts if self.file is not None else ():
            assert self.file is not None
            if before:
                yield before
            self.file.seek(start)
            while start < stop and (block := self.file.read(min(_READ_BYTES, stop - start))):
                start += len(block)
                yield block
            if start < stop:
                return
        if self.text:
            yield self.text

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()
            self.file = None


def refusal(status: int, **headers: str) -> Answer:
    """An answer without a file.

    Args:
        status: Its number.
        headers: With ``_`` for ``-``.
    """
    text = f"{_REASONS[status]}\n".encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named |= {"content-type": "text/plain; charset=utf-8"}
    return Answer(status, named, len(text), text=text)


def answer_to(request: Request, output: Output) -> Answer:
    """What a request gets; to be closed.

    Raises:
        OSError: The system lacks descriptors or memory, see `NO_RESOURCES`.
    """
    if request.method not in ("GET", "HEAD"):
        return refusal(405, allow="GET, HEAD")
    path = request.path
    if any(part.startswith(".") for part in path.split("/")):
        return refusal(404)
    path += INDEX_PAGE if path == "" or path.endswith("/") else ""
    file = _opened(output, path)
    if file is None:
        page = None if path != request.path else _opened(output, f"{path}/{INDEX_PAGE}")
        if page is None:
            return refusal(404)
        page.close()
        where = quote(path.encode("utf-8", "surrogateescape"))
        return refusal(307, location=f"/{where}/")
    answer = _file_answer(file, path, request)
    if request.method == "HEAD" or not answer.parts:
        answer.close()
    return answer


def _opened(output: Output, path: str) -> BinaryIO | None:
    try:
        return output.open(path)
    except OSError as error:
        if error.errno in NO_RESOURCES:
            raise
        return None
    except ValueError:  # Some names no file can have.
        return None


def _file_answer(file: BinaryIO, path: str, request: Request) -> Answer:
    found = os.fstat(file.fileno())
    size = found.st_size
    etag = f'"{found.st_mtime_ns:x}-{size:x}"'
    headers = {
        "accept-ranges": "bytes",
        "etag": etag,
        "last-modified": formatdate(found.st_mtime, usegmt=True),
    }
    known = [each.strip().removeprefix("W/") for each in
             request.headers.get("if-none-match", "").split(",")]  # fmt: skip
    if etag in known or "*" in known:
        return Answer(304, headers, file=file)
    kind = content_type(path)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        wanted = None  # The file is another by now: a part of it would not fit the others.
    ranges = ranges_of(wanted, size)
    if ranges is None:
        return Answer(200, {**headers, "content-type": kind}, size, file, [(b"", 0, size)])
    if not ranges:
        answer = refusal(416, content_range=f"bytes */{size}")
        answer.file = file
        return answer
    if len(ranges) == 1:
        start, stop = ranges[0]
        headers |= {"content-type": kind, "content-range": f"bytes {start}-{stop - 1}/{size}"}
        return Answer(206, headers, stop - start, file, [(b"", start, stop)])
    parts = [
        (
            f"\r\n--{_BOUNDARY}\r\ncontent-type: {kind}\r\n"
            f"content-range: bytes {start}-{stop - 1}/{size}\r\n\r\n".encode(),
            start,
            stop,
        )
        for start, stop in ranges
    ]
    end = f"\r\n--{_BOUNDARY}--\r\n".encode()
    length = sum(len(before) + stop - start for before, start, stop in parts) + len(end)
    headers["content-type"] = f"multipart/byteranges; boundary={_BOUNDARY}"
    return Answer(206, headers, length, file, parts, end)


def content_type(path: str) -> str:
    """The content type of a file, told from its name as a run gives it."""
    return CONTENT_TYPES.get(os.path.splitext(path)[1].lower(), OTHER_CONTENT_TYPE)
