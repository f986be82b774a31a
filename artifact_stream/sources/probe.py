"""Looking at the beginning of something: is it a trace, of which process, or what is it instead?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import xxhash

from artifact_stream.errors import InputUnusable, SourceDamaged, WindowTooLarge
from artifact_stream.framing.beginning import Beginning, TextStream, find_beginning
from artifact_stream.framing.detect import HEAD_BYTES
from artifact_stream.framing.formats import Format
from artifact_stream.framing.transcode import utf_16_of
from artifact_stream.handlers.other import OTHER_MODULES_TYPES, STRING_TABLE_TYPE
from artifact_stream.handlers.registry import built_in
from artifact_stream.json_text import loads
from artifact_stream.sources.compressed_tar import CompressedTar
from artifact_stream.sources.containers import Container, Tar, Zip
from artifact_stream.sources.heads import (
    DAMAGED,
    EMPTY,
    MAX_PROCESSES,
    UNREADABLE,
    UNRECOGNISED,
    UNSUPPORTED,
    Head,
    Refusal,
)
from artifact_stream.sources.labels import INTERMEDIATE_NAMES, without_compression_ending
from artifact_stream.sources.left_out import names_a_trace
from artifact_stream.sources.own_files import IS_PART_OF_OUTPUT, is_index
from artifact_stream.sources.tar import is_tar
from artifact_stream.sources.zip_directory import EMPTY_ZIP_MAGIC, ZIP_MAGIC
from artifact_stream.streams.byte_stream import ByteStream
from artifact_stream.streams.opening import PeekedStream, PlainStream

EXPECTED = (
    "expected a raw TORCH_TRACE log or intermediate JSONL, plain or compressed (gzip, zstd, xz, "
    "bz2), a tar or zip file of such, or a tlparse report"
)

_OTHERS = (
    (b"7z\xbc\xaf\x27\x1c", "7-Zip data", "7z x"),
    (b"Rar!\x1a\x07", "RAR data", "unrar x"),
    (b"\x04\x22\x4d\x18", "lz4 data", "lz4 -d"),
    (b"LZIP", "lzip data", "lzip -d"),
    (b"\x1f\x9d", "data of `compress`", "gzip -d"),
    (b"]\0\0", "lzma data", "xz -d -F lzma"),
    (b"\xff\x06\0\0sNaPpY", "snappy data", "snzip -d"),
    (b"age-encryption.org/", "encrypted data", "age -d"),
    (b"-----BEGIN PGP MESSAGE", "encrypted data", "gpg -d"),
)
"""What else logs are packed with: its first bytes, its name, and what unpacks it."""

_LONG_JSON_LINE_BYTES = 1 << 20

_OTHER_TEXT_BYTES = 16 << 20
"""So much of a text that a search has met is looked through for an entry."""


def look_at(
    opened: Callable[[], ByteStream], name: str | None = None
) -> Head | type[Container] | Refusal:
    """What something is, by its beginning.

    Args:
        opened: Opens it.
        name: What a file is called that a search has met: it may be anything, and is looked through
            no further than makes sense.  None for one that was named.

    Returns:
        The beginning of a trace, which container it is, or why it is neither.
    """
    try:
        stream = opened()
    except SourceDamaged as damage:
        return Refusal(DAMAGED, f"is damaged ({damage})")
    except InputUnusable as error:
        return Refusal(UNREADABLE, _behind_name(error))
    try:
        peeked = PeekedStream(stream, HEAD_BYTES)
    except InputUnusable as error:
        stream.close()
        return Refusal(UNREADABLE, _behind_name(error))
    try:
        head = peeked.head
        container = container_in(stream, head)
        if container is not None:
            return container
        if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
            why = "is a zip that is compressed once more: decompress it, and name the zip"
            return Refusal(UNSUPPORTED, why)
        is_whole = len(head) < HEAD_BYTES or not peeked.has_more()
        report = _report_lines(head)
        if report:
            return _head_of(Format.JSONL, head, head, report, is_whole=is_whole)
        text = TextStream(peeked)
        limit = None if name is None else _how_far_to_look(name, head)
        beginning = find_beginning(text, limit)
        if beginning is None:
            return _refusal(head, peeked.damage)
        first = _first_bytes(text, beginning)
        if beginning.format is Format.JSONL and is_index(first):
            return Refusal(UNRECOGNISED, IS_PART_OF_OUTPUT)
        return _head_of(beginning.format, head, first, report, is_whole=is_whole)
    except InputUnusable as error:
        return Refusal(UNREADABLE, _behind_name(error))
    finally:
        peeked.close()


def _how_far_to_look(name: str, head: bytes) -> int | None:
    """How much of a file that was met in a folder is to be looked through for an entry.

    A folder may hold files of any size that are no traces.

    Args:
        name: The file's.
        head: What it begins with.

    Returns:
        A number of bytes, None for all: where the name says that it is a trace, or the file begins
        as one does whose start was lost.
    """
    if names_a_trace(name) or without_compression_ending(name) in INTERMEDIATE_NAMES:
        return None
    if head.startswith((b"\t", b"\0\0\0\0")) or not head.strip():
        return None
    if utf_16_of(head) is None and b"\0" in head:
        return HEAD_BYTES  # Binary data.
    return HEAD_BYTES if head.lstrip()[:1] in (b"{", b"[") else _OTHER_TEXT_BYTES


def _first_bytes(text: TextStream, beginning: Beginning) -> bytes:
    """What a trace begins with, as torch wrote it: `HEAD_BYTES`, or a JSON line that is longer.

    Of that no more than `_LONG_JSON_LINE_BYTES`: it is held several times while it is looked at.
    """
    first = b""
    while len(first) < HEAD_BYTES and (block := text.read()):
        first += block
    if beginning.format is Format.JSONL and b"\n" not in first:
        blocks, size = [first], len(first)
        while size < _LONG_JSON_LINE_BYTES and b"\n" not in blocks[-1] and (block := text.read()):
            blocks.append(block)
            size += len(block)
        return b"".join(blocks)
    first = first[:HEAD_BYTES]
    prefix = beginning.prefix
    if prefix is None:
        return first
    return b"\n".join(prefix.split(line)[1] for line in first.split(b"\n"))


def container_in(stream: ByteStream, head: bytes) -> type[Container] | None:
    """Which container a stream gives; None if none that can be read.

    Args:
        stream: It.
        head: What it begins with.
    """
    is_plain = isinstance(stream, PlainStream)
    if is_tar(head):
        return Tar if is_plain else CompressedTar
    return Zip if is_plain and head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)) else None


def _behind_name(error: InputUnusable) -> str:
    cause = error.__cause__
    reason = getattr(cause, "strerror", None) or str(error)
    return f"cannot be read ({reason})"


def _refusal(head: bytes, damage: SourceDamaged | None) -> Refusal:
    if isinstance(damage, WindowTooLarge):
        return Refusal(damage.slug, f"cannot be read: {damage}", ("cannot be read: ", *damage.said))
    if damage is not None:
        return Refusal(
            damage.slug, f"is damaged ({damage}): copy it again if the original is whole"
        )
    if not head:
        return Refusal(EMPTY, "is empty")
    for magic, name, command in _OTHERS:
        if head.startswith(magic):
            why = f"is {name}, which is not read: unpack it (`{command}`), and name what that gives"
            return Refusal(UNSUPPORTED, why)
    return Refusal(UNRECOGNISED, f"holds {describe_content(head)}: {EXPECTED}")


def describe_content(head: bytes) -> str:
    """What the first bytes of something look like, for a sentence."""
    if not head.strip():
        return "nothing but white space" if head else "nothing"
    if b"\0" in head[:1024]:
        return "binary data"
    if head.lstrip()[:1] in (b"{", b"["):
        return "JSON of another kind"
    return "other text"


_RAW_PROCESS = re.compile(rb"^[VIWEC]\d{4} \d\d:\d\d:\d\d\.\d{6} (\d{1,18}) ", re.MULTILINE)
_RAW_RANK = re.compile(
    rb'^[VIWEC]\d{4} \d\d:[^\n]*[{,] ?"rank": ?(\d{1,9})(?:, "|\}$)', re.MULTILINE
)
_LINE_RANK = re.compile(rb'^\{[^\n]*?[{,] ?"rank": ?(\d{1,9})[,}]', re.MULTILINE)
_LINE_PROCESS = re.compile(rb'^\{[^\n]*?[{,] ?"thread": ?(\d{1,18})[,}]', re.MULTILINE)
_HOST = re.compile(rb'"host(?:_?name)?": ?"([A-Za-z0-9][A-Za-z0-9._-]{0,252})"')


def _head_of(
    detected: Format,
    head: bytes,
    first: bytes,
    report: list[dict[str, Any]],
    *,
    is_whole: bool,
) -> Head:
    """What a beginning tells.

    Args:
        detected: The format.
        head: The file's first bytes.
        first: What it begins with as torch wrote it.
        report: See `_report_lines`.
        is_whole: `head` is all.
    """
    is_raw = detected is Format.RAW_LOG
    ranks = {int(match[1]) for match in (_RAW_RANK if is_raw else _LINE_RANK).finditer(first)}
    processes: set[int] = set()
    for match in (_RAW_PROCESS if is_raw else _LINE_PROCESS).finditer(first):
        processes.add(int(match[1]))
        if len(processes) == MAX_PROCESSES:
            break
    host = _HOST.search(first)
    return Head(
        detected,
        xxhash.xxh3_128_digest(head),
        is_whole,
        ranks.pop() if len(ranks) == 1 else None,
        tuple(sorted(processes)),
        None if host is None else host[1].decode(),
        tuple(filter(None, map(_time_and_process, report))),
        bool(report),
        is_raw or bool(report) or _holds_entries(first),
    )


def _report_lines(head: bytes) -> list[dict[str, Any]]:
    """The first entries of a tlparse report's ``raw.jsonl``; empty for anything else."""
    if not head.startswith(b'{"string_table"'):
        return []
    found: list[dict[str, Any]] = []
    for line in head.split(b"\n")[1:6]:
        try:
            value = loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found or [{}]


def _time_and_process(record: dict[str, Any]) -> bytes | None:
    """What a raw log's line has where an entry of a report stands: day, time and process."""
    match = re.fullmatch(r"\d+-(\d\d)-(\d\d)T([\d:]+\.\d{6})Z?", str(record.get("timestamp")))
    thread = record.get("thread")
    if match is None or not isinstance(thread, int):
        return None
    return f"{match[1]}{match[2]} {match[3]} {thread} ".encode()


@cache
def _known_types() -> frozenset[str]:
    return OTHER_MODULES_TYPES.union({STRING_TABLE_TYPE}, built_in().entry_types)


_TYPE = re.compile(rb'[{,]\s*"type"\s*:\s*"([^"\\]{1,200})"')
_TELLING_KEY = re.compile(rb'[{,]\s*"(?:compile_id|payload)"\s*:')


def _holds_entries(head: bytes) -> bool:
    """True if a line of JSONL has a known type, a compile id or a payload."""
    for line in head.split(b"\n"):
        if line.lstrip().startswith(b"{"):
            try:
                value = loads(line)
            except ValueError:  # Cut off by the head's end, perhaps.
                types = {name.decode("utf-8", "replace") for name in _TYPE.findall(line)}
                if _TELLING_KEY.search(line) or types & _known_types():
                    return True
            else:
                if {"compile_id", "payload"} & value.keys() or _is_known(value.get("type")):
                    return True
    return False


def _is_known(name: object) -> bool:
    return isinstance(name, str) and name in _known_types()
