"""What must hold for any bytes: a function for each part that reads hostile input.

A target raises when a property does not hold.  The functions need no fuzzer, so the tests run
them on the corpora too, which hold every input that ever broke one.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import groupby, pairwise

from artifact_stream.disk.directories import Directory
from artifact_stream.entries import BrokenPayload, Entry
from artifact_stream.errors import Problem
from artifact_stream.framing.beginning import TextStream, find_beginning
from artifact_stream.framing.detect import HEAD_BYTES
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.jsonl import JsonlFramer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.prefix import PREFIX
from artifact_stream.framing.prefixed_log import PrefixedLogFramer
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.framing.scratch import Scratch
from artifact_stream.handlers.base import Content
from artifact_stream.names import (
    MAX_NAME_BYTES,
    collision_key,
    is_reserved,
    numbered_name,
    safe_folder_name,
    safe_name,
)
from artifact_stream.rendering.json.format import InvalidJson, JsonFormatter, format_json
from artifact_stream.rendering.json.scan import MAX_DEPTH
from artifact_stream.rendering.perform import discard_staged, perform
from artifact_stream.rendering.python.chunks import LineChunks
from artifact_stream.rendering.python.html import PythonHtml
from artifact_stream.rendering.task import Outcome, RenderTask
from artifact_stream.streams.opening import PeekedStream
from artifact_stream.urls import is_inside, is_web_url, path_of_url, url_of
from tests.helpers.support import ChunkStream, cut, raw_entry

SCRATCH_FOLDER = tempfile.mkdtemp(prefix="artifact-stream-fuzz-")


class SmallRawLogFramer(RawLogFramer):
    """Streams what the other one has in memory."""

    large_bytes = 48


class ShortEntriesFramer(RawLogFramer):
    """Streams what is longer than a prefix and an envelope."""

    large_bytes = 160


class SmallJsonlFramer(JsonlFramer):
    """Streams what the other one has in memory."""

    large_bytes = 48


Framed = list[tuple[Entry | Problem, bytes | None]]


def framed(
    framer_class: Callable[..., Framer], pieces: list[bytes], *, again: bool = False
) -> Framed:
    """The items of a framer with their payloads; None for one that cannot be decoded."""
    scratch = Scratch(SCRATCH_FOLDER)
    items: Framed = []
    stream = ChunkStream(pieces, can_read_again=again)
    for item in framer_class(stream, "fuzz", PassedOver(), scratch):
        payload: bytes | None = b""
        if isinstance(item, Entry):
            try:
                payload = b"".join(item.payload.chunks())
            except BrokenPayload:
                payload = None
        items.append((item, payload))
    stream.close()
    scratch.close()
    return items


def split(data: bytes) -> tuple[list[int], bytes]:
    """The first bytes say where the rest is cut."""
    count = data[0] % 8 if data else 0
    places = [int.from_bytes(data[1 + 2 * n : 3 + 2 * n], "little") for n in range(count)]
    return places, data[1 + 2 * count :]


def raw_log(data: bytes) -> None:
    """Every line is accounted for, at its place, whole or in pieces, in memory or streamed."""
    places, text = split(data)
    check_raw_log(text, framed(RawLogFramer, [text]))
    check_raw_log(text, framed(RawLogFramer, cut(text, places)))
    if any(len(line) > SmallRawLogFramer.large_bytes // 2 for line in blank_lines(text)):
        return  # Payload lines behind a blank line that is too long for memory are not told.
    for items in (
        framed(SmallRawLogFramer, cut(text, places)),
        framed(SmallRawLogFramer, [text[n : n + 50] for n in range(0, len(text), 50)]),
    ):
        check_raw_log(text, items)


def blank_lines(text: bytes) -> list[bytes]:
    return [line for line in text.split(b"\n") if not line.strip()]


def check_raw_log(text: bytes, items: Framed) -> None:
    lines = text.split(b"\n")
    offsets, offset = {}, 0
    for number, line in enumerate(lines, 1):
        offsets[number] = offset
        offset += len(line) + 1
    by_line = {number: list(group) for number, group in groupby(items, lambda i: i[0].line)}
    assert [item.line for item, _ in items] == sorted(item.line for item, _ in items)
    expected = set()
    for first, end in raw_groups(lines):
        found = by_line.get(first, [])
        if is_accounted_for(lines[first - 1 : end - 1], found):
            expected.add(first)
    assert set(by_line) == expected, (sorted(by_line), sorted(expected))
    for line_number, group in by_line.items():
        assert all(item.offset_bytes == offsets[line_number] for item, _ in group)


def is_empty(line: bytes) -> bool:
    """A line of no bytes, or of one CR: it ends no payload."""
    return line in (b"", b"\r")


def raw_groups(lines: list[bytes]) -> list[tuple[int, int]]:
    """Each line that is no payload with the payload lines behind it, as numbers from 1."""
    groups = []
    number = 1
    while number <= len(lines):
        if not lines[number - 1].strip(b" \r"):
            number += 1  # Payload lines behind a blank line that belongs to nothing are nobody's.
            continue
        end = following = number + 1
        while following <= len(lines) and (
            lines[following - 1].startswith(b"\t") or is_empty(lines[following - 1])
        ):
            following += 1
            if lines[following - 2].startswith(b"\t"):
                end = following
        groups.append((number, end))
        number = end
    return groups


def is_accounted_for(lines: list[bytes], found: Framed) -> bool:
    """Check what was made of a line and its payload; false if nothing is expected."""
    line, *below = lines
    if PREFIX.match(line):
        for item, read in found:
            if isinstance(item, Entry):
                assert read == b"\n".join(text.removeprefix(b"\t") for text in below)
                assert item.has_payload == bool(below) or b"has_payload" in line
        return True
    if not line.strip() and not line.startswith(b"\t"):
        return False
    slug = "payload_without_entry" if line.startswith(b"\t") else "not_an_entry"
    assert [item.slug for item, _ in found if isinstance(item, Problem)] == [slug]
    assert len(found) == 1
    return True


def jsonl(data: bytes) -> None:
    """Every line that is not blank is an entry or a problem, with the payload that it holds."""
    places, text = split(data)
    pieces = cut(text, places)
    for items in (
        framed(JsonlFramer, [text]),
        framed(JsonlFramer, pieces),
        framed(SmallJsonlFramer, pieces),
        framed(SmallJsonlFramer, pieces, again=True),
    ):
        lines = text.split(b"\n")
        found = [item.line for item, _ in items]
        blank = {number for number, line in enumerate(lines, 1) if not line.strip()}
        assert found == sorted(set(found))
        assert set(range(1, len(lines) + 1)) - blank == set(found) - blank
        for item, payload in items:
            check_jsonl_line(lines[item.line - 1], item, payload)


def check_jsonl_line(line: bytes, item: Entry | Problem, payload: bytes | None) -> None:
    repeated = False

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        repeated |= len({key for key, _ in pairs}) != len(pairs)
        return dict(pairs)

    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=members)
    except (ValueError, RecursionError):
        return
    if repeated or not isinstance(value, dict):
        return
    if not isinstance(value.get("type"), str) or not value["type"]:
        assert isinstance(item, Problem)
        return
    assert isinstance(item, Entry), item
    assert item.type == value["type"]
    text = value.get("payload")
    assert item.has_payload == (text is not None)
    if isinstance(text, str) and text.isprintable():
        assert payload == text.encode()


_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


def json_format(data: bytes) -> None:
    """Formatting changes white space alone, whole or in pieces, and takes what JSON is."""
    places, document = split(data)
    try:
        whole: bytes | None = format_json(document)
    except InvalidJson:
        whole = None
    formatter = JsonFormatter()
    try:
        pieces = b"".join(formatter.feed(piece) for piece in cut(document, places))
        in_pieces: bytes | None = pieces + formatter.finish()
    except InvalidJson:
        in_pieces = None
    assert whole == in_pieces
    assert (whole is not None) == is_json(document), document
    if whole is not None:
        assert _JSON_TOKEN.findall(whole) == _JSON_TOKEN.findall(document)
        assert format_json(whole) == whole


def is_json(document: bytes) -> bool:
    """Whether Python's own parser takes it, with the limits that are ours."""
    try:
        json.loads(document.decode("utf-8"), parse_int=str)
    except (ValueError, RecursionError):
        return False
    if document.startswith(b"\xef\xbb\xbf"):
        return False
    brackets = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", document, flags=re.DOTALL)
    depth = deepest = 0
    for byte in brackets:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest <= MAX_DEPTH


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')


def names(data: bytes) -> None:
    """A safe name is one component, on every system, the same each time; URLs lead to it."""
    if data[:1] == b"\0":
        name = data[1 : len(data) - (len(data) + 1) % 2].decode("utf-16-le", "surrogatepass")
    else:
        name = data.decode("utf-8", "surrogateescape")
    for suffix in ("", ".txt", ".html"):
        made = safe_name(name, suffix)
        assert_safe(made)
        assert made == safe_name(name, suffix)
        assert made.endswith(suffix)
        stem = made.removesuffix(suffix) if suffix else made
        assert safe_name(stem, suffix) == made
        numbered = [numbered_name(stem, number, suffix) for number in (1, 2, 10**9)]
        assert len({made, *numbered}) == 4 or made in numbered
        for other in numbered:
            assert_safe(other)
        assert path_of_url(url_of(made)) == made
    folder = safe_folder_name(name)
    assert_safe(folder)
    assert collision_key(folder) == collision_key(collision_key(folder))
    if is_web_url(name):
        assert re.match("https?://", name, re.IGNORECASE)
        assert not re.search(r"\s", name)


def assert_safe(name: str) -> None:
    assert name not in ("", ".", "..")
    assert len(name.encode("utf-8")) <= MAX_NAME_BYTES
    assert not _FORBIDDEN.search(name)
    assert not name.endswith((" ", "."))
    assert not name.startswith(".")
    assert not is_reserved(name)
    assert is_inside(name)


_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_REFERENCES = {"amp": "&", "lt": "<", "gt": ">", "#13": "\r"}
_REFERENCE = re.compile("&(amp|lt|gt|#13);")
_ANCHOR = re.compile(r'<a id="L(\d+)" href="#L(\d+)" aria-label="\d+"></a>')


def code_page(data: bytes) -> None:
    """A page's text is the source, its lines are numbered, its tags match, none is the source's."""
    places, source = split(data)
    text = source.decode("utf-8", "replace")
    html, chunks = PythonHtml(), LineChunks()
    bounds = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    made = [chunks.feed(html.feed(text[a:b])) for a, b in pairwise(bounds)]
    made.append(chunks.feed(html.finish()) + chunks.finish())
    page = "".join(made)
    assert "\0" not in page
    assert "\r" not in page
    shown = _REFERENCE.sub(lambda match: _REFERENCES[match[1]], _TAG.sub("", page))
    assert shown == text.replace("\0", "\ufffd")
    anchors = [(int(a), int(b)) for a, b in _ANCHOR.findall(page)]
    lines = max(1, text.count("\n") + (not text.endswith("\n")))
    assert anchors == [(n, n) for n in range(1, lines + 1)]
    stack: list[str] = []
    for closing, name, attributes in _TAG.findall(page):
        assert name in ("a", "samp", "span")
        assert re.fullmatch(r'(?: [a-z-]+="[#\w -]*")*', attributes)
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    assert not stack


def handled_log(data: bytes) -> None:
    """A payload comes back from what has handled its log, however that is cut."""
    places, rest = split(data)
    if rest:
        check_handled_log(rest[1:], rest[0], places)


def check_handled_log(payload: bytes, how: int, places: list[int]) -> None:
    """The same, given how it is handled: as the sum of what `handle` does."""
    log = raw_entry("graph_dump", payload, {"name": "g"}) + raw_entry("graph_dump", b"end")
    log = handle(log, how)
    for framer_class in (RawLogFramer, ShortEntriesFramer):
        items = framed_with_verdict(framer_class, cut(log, places))
        assert [read for _, read in items] == [payload, b"end"]


def handle(log: bytes, how: int) -> bytes:
    """What collectors, editors and shells make of a log."""
    if how & 1:
        # Of other lines, blanks that an editor strips at the end cannot be told.
        log = re.sub(rb"(?m)^\t$", b"", log)
    if how & 2:
        log = log.replace(b"\n", b"\n\n")
    if how & 4:
        log = log.replace(b"\n", b"\r\n")
    return log


def framed_with_verdict(framer_class: type[Framer], pieces: list[bytes]) -> Framed:
    """The entries with their payloads as their digests say."""
    scratch = Scratch(SCRATCH_FOLDER)
    staging = Directory.below(SCRATCH_FOLDER, SCRATCH_FOLDER)
    items: Framed = []
    with staging:
        for item in framer_class(ChunkStream(pieces), "fuzz", PassedOver(), scratch):
            if not isinstance(item, Entry):
                items.append((item, None))
                continue
            task = RenderTask(1, Content.TEXT, None, item.payload_md5)
            discard_staged(task, staging)
            rendered = perform(task, item.payload, staging)
            assert rendered.outcome is Outcome.STAGED, rendered.message
            with open(os.path.join(SCRATCH_FOLDER, task.staged_name), "rb") as file:
                items.append((item, file.read()))
            discard_staged(task, staging)
    scratch.close()
    return items


def line_prefix(data: bytes) -> None:
    """Any log comes back from behind a prefix on every line, however it is cut."""
    places, payload = split(data)
    check_line_prefix(payload, places)


def check_line_prefix(payload: bytes, places: list[int]) -> None:
    """The same, of a log with a payload."""
    log = raw_entry("graph_dump", payload, {"name": "g"}) + raw_entry("graph_dump", b"end")
    for prefix in (b"[rank0]: ", b" 3: ", b"name-0  | "):
        lines = log.removesuffix(b"\n").split(b"\n")
        text = b"".join(prefix + line + b"\n" for line in lines)
        stream = PeekedStream(ChunkStream(cut(text, places)), HEAD_BYTES)
        found = find_beginning(TextStream(stream))
        assert found is not None
        assert found.prefix is not None
        assert found.offset_bytes == 0
        framer_class = partial(PrefixedLogFramer, prefix=found.prefix)
        items = framed(framer_class, cut(text, places))
        assert [read for _, read in items] == [payload, b"end"]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "raw_log": raw_log,
    "jsonl": jsonl,
    "json_format": json_format,
    "names": names,
    "code_page": code_page,
    "handled_log": handled_log,
    "line_prefix": line_prefix,
}
"""All of them by name; the folders in ``corpus/`` are called the same."""
