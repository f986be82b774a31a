"""Looking at the beginning of something: is it a trace, of which process, or what is it instead?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import xxhash

from artifact_stream.errors import InputUnusable, SourceDamaged, WindowTooLarge
from artifact_stream.framing.detect import HEAD_BYTES, detect_format
from artifact_stream.framing.formats import Format
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


def look_at(opened: Callable[[], ByteStream]) -> Head | type[Container] | Refusal:
    """What something is, by its beginning.

    Args:
        opened: Opens it.

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
        detected = detect_format(head)
        report = _report_lines(head)
        if detected is None and not report:
            return _refusal(head, peeked.damage)
        is_whole = len(head) < HEAD_BYTES or not peeked.has_more()
        return _head_of(detected or Format.JSONL, head, report, is_whole=is_whole)
    finally:
        peeked.close()


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
    detected: Format, head: bytes, report: list[dict[str, Any]], *, is_whole: bool
) -> Head:
    is_raw = detected is Format.RAW_LOG and not report
    rank = (_RAW_RANK if is_raw else _LINE_RANK).search(head)
    processes: set[int] = set()
    for match in (_RAW_PROCESS if is_raw else _LINE_PROCESS).finditer(head):
        processes.add(int(match[1]))
        if len(processes) == MAX_PROCESSES:
            break
    host = _HOST.search(head)
    return Head(
        Format.JSONL if report else detected,
        xxhash.xxh3_128_digest(head),
        is_whole,
        None if rank is None else int(rank[1]),
        tuple(sorted(processes)),
        None if host is None else host[1].decode(),
        tuple(filter(None, map(_time_and_process, report))),
        bool(report),
        is_raw or bool(report) or _holds_entries(head),
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
    return OTHER_MODULES_TYPES.union({STRING_TABLE_TYPE}, built_in().by_type)


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
