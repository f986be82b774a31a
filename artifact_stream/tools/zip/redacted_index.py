"""The index files of an output as they are true for its redacted copy.

Names and URLs are redacted part by part, so that they fit the redacted files; sizes and digests of
files whose content has changed are those of the changed files.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import xxhash

from artifact_stream.disk.digests import xxh3_text
from artifact_stream.disk.scratch import scratch_file
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.index.lines import BrokenLine
from artifact_stream.json_text import encode_json, loads
from artifact_stream.layout import PACK_SUFFIX, PACKS_FOLDER, ROOT, TraceFolder
from artifact_stream.output.counts import MAX_TYPE_CHARS, MORE_TYPES
from artifact_stream.output.packs import place_in_pack
from artifact_stream.output.reader import Output
from artifact_stream.output.summary import read_summary_text
from artifact_stream.tools.zip.redacted_names import RedactedNames
from artifact_stream.tools.zip.redaction import Redactor
from artifact_stream.urls import path_of_url, url_of

_RECORD = struct.Struct("<Q16s")
_NAMING = ("compile_id", "name", "type")
"""Keys of index lines whose values must stay different."""


class ChangedFiles:
    """Sizes and digests of files whose content has been changed by redaction, kept on disk.

    Args:
        scratch_folder: An existing folder.
    """

    def __init__(self, scratch_folder: str) -> None:
        self._places = SpillingMap(scratch_folder)
        self._records: BinaryIO = scratch_file(scratch_folder)
        self._count = 0

    def add(self, path: str, size: int, digest: bytes) -> None:
        """Note what a file has become; its path relative to the output folder, not redacted."""
        self._records.seek(0, os.SEEK_END)
        self._records.write(_RECORD.pack(size, digest))
        self._places.set(path, self._count)
        self._count += 1

    def add_packed(self, path: str, position: int, payload: bytes) -> None:
        """Note what a payload has become.

        Args:
            path: Of its pack, as in `add`.
            position: Its place in the pack, from 0.
            payload: The redacted payload.
        """
        digest = xxhash.xxh3_128_digest(payload)
        self.add(_packed_key(path, position), len(payload), digest)

    def get_packed(self, path: str, position: int) -> tuple[int, str] | None:
        """As `get`, of a payload in a pack."""
        return self.get(_packed_key(path, position))

    def get(self, path: str) -> tuple[int, str] | None:
        """Size and digest of a file, None if its content is as it was."""
        place = self._places.get(path)
        if place is None:
            return None
        self._records.seek(place * _RECORD.size)
        size, digest = _RECORD.unpack(self._records.read(_RECORD.size))
        return size, xxh3_text(digest.hex())

    def close(self) -> None:
        """Forget them."""
        self._places.close()
        self._records.close()


def _packed_key(path: str, position: int) -> str:
    return f"{path}\0{position}"  # no path


class Measured:
    """Chunks that are counted and digested while they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._digest = xxhash.xxh3_128()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.size += len(chunk)
            yield chunk

    def digest(self) -> bytes:
        """Of what has passed."""
        return self._digest.digest()


@dataclass(slots=True)
class SizeChanges:
    """By how many bytes the files of a trace have grown, for its summary."""

    total: int = 0
    by_type: dict[str, int] = field(default_factory=dict)

    def add(self, type_name: str, grown_bytes: int, counted_types: Iterable[str]) -> None:
        """Note one file; types beyond those that the summary counts share one."""
        name = type_name[:MAX_TYPE_CHARS]
        name = name if name in counted_types else MORE_TYPES
        self.total += grown_bytes
        self.by_type[name] = self.by_type.get(name, 0) + grown_bytes


class RedactedIndex:
    """Makes the redacted index files of an output.

    Args:
        output: The output.
        redactor: Replaces names.
        names: Makes names of files, types and compile ids, as whatever else is redacted.
        changed: What the files have become.
        summary: The decoded ``summary.json``; None if there is none.

    Attributes:
        has_summary: The run has come to its end, and says so as a run does.
        broken_lines: Lines that have been left out because they are no entries.
    """

    def __init__(
        self,
        output: Output,
        redactor: Redactor,
        names: RedactedNames,
        changed: ChangedFiles,
        summary: dict[str, Any] | None,
    ) -> None:
        self._output = output
        self._redactor = redactor
        self._names = names
        self._changed = changed
        self._summary = summary
        self.has_summary = summary is not None and _is_of_a_run(summary)
        # An edited one may hold anything: nothing in it is made true.
        self._counted_types = frozenset(_counts_of(summary or {}) if self.has_summary else ())
        self._changes: dict[TraceFolder, SizeChanges] = {}
        self._index_files: dict[TraceFolder, dict[str, Any]] = {}
        self.broken_lines = 0

    def note_index(self, folder: TraceFolder, name: str, measured: Measured) -> None:
        """Note what an index file of a trace has become."""
        said = {"bytes": measured.size, "digest": xxh3_text(measured.digest().hex())}
        self._index_files.setdefault(folder, {})[name] = said

    def directory_lines(self, folder: TraceFolder) -> Iterator[bytes]:
        """The lines of a trace's ``directory.jsonl``, without those that are broken."""
        changes = self._changes[folder] = SizeChanges()
        for _, entry, text in self._output.lines(folder):
            if isinstance(entry, BrokenLine):
                self.broken_lines += 1
                continue  # Nobody knows what is a name in it.
            line = loads(text)
            if not entry.is_link:
                self._correct(line, folder, changes)
            try:
                made = encode_json(self._redacted_line(line, is_link=entry.is_link)) + b"\n"
            except (RecursionError, ValueError):
                self.broken_lines += 1  # What somebody has added is nested too deep.
                continue
            yield made

    def _correct(self, line: dict[str, Any], folder: TraceFolder, changes: SizeChanges) -> None:
        """Put in the sizes and digests of what the files have become."""
        if line.get("lazy_loader") is not None:
            self._correct_packed(line, folder, changes)
            return
        for url_key, bytes_key, digest_key in (
            ("url", "bytes", "digest"),
            ("text_url", "text_bytes", "text_digest"),
        ):
            path = path_of_url(line[url_key]) if url_key in line else None
            now = None if path is None else self._changed.get(folder.path(path))
            if now is not None:
                self._put(line, bytes_key, digest_key, now, changes)

    def _correct_packed(
        self, line: dict[str, Any], folder: TraceFolder, changes: SizeChanges
    ) -> None:
        place = place_in_pack(line["url"])
        if place is not None:
            path = folder.path(f"{PACKS_FOLDER}/{place[0]}{PACK_SUFFIX}")
            now = self._changed.get_packed(path, place[1])
            if now is not None:
                self._put(line, "bytes", "digest", now, changes)

    def _put(
        self,
        line: dict[str, Any],
        bytes_key: str,
        digest_key: str,
        now: tuple[int, str],
        changes: SizeChanges,
    ) -> None:
        changes.add(line["type"], now[0] - line[bytes_key], self._counted_types)
        line[bytes_key] = now[0]
        if digest_key in line:
            line[digest_key] = now[1]

    def _redacted_line(self, line: dict[str, Any], *, is_link: bool) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in line.items():
            if key in ("url", "text_url") and not is_link and isinstance(value, str):
                made[key] = self._redacted_url(value)
            elif key in _NAMING and isinstance(value, str):
                made[key] = self._names.name(value)
            else:
                made[self._names.name(key)] = self._names.value(value)
        return made

    def _redacted_url(self, url: str) -> str:
        path = path_of_url(url)
        if path is None:
            return self._redactor.redact_text(url)
        tail = url[len(url.partition("#")[0].partition("?")[0]) :]
        return url_of(self._names.path(path)) + self._redactor.redact_text(tail)

    def summary(self) -> bytes | None:
        """The text of ``summary.json``, once all traces' lines have been made."""
        summary = self._summary
        if summary is None:
            return None
        for trace in self._traces(summary):
            folder = TraceFolder(trace["folder"])
            changes = self._changes.get(folder)
            if changes is not None:
                _correct_counts(trace, changes)
                _correct_counts(summary, changes)
            if "indexes" in trace:
                trace["indexes"].update(self._index_files.get(folder, {}))
        if summary.get("indexes") and isinstance(summary["indexes"], dict):
            summary["indexes"].update(self._index_files.get(ROOT, {}))
        try:
            redacted = self._names.value(summary)
            for trace, made in zip(self._traces(summary), self._traces(redacted), strict=True):
                made["folder"] = self._names.path(trace["folder"])
            text = json.dumps(redacted, indent=2)
        except (RecursionError, ValueError):
            return None  # Somebody has added what is nested too deep.
        return text.encode() + b"\n"

    def _traces(self, summary: dict[str, Any]) -> list[dict[str, Any]]:
        """What it says of each trace; nothing if it was edited."""
        return summary["traces"] if self.has_summary else []


def _is_of_a_run(summary: dict[str, Any]) -> bool:
    try:
        read_summary_text(json.dumps(summary).encode())
    except (ValueError, RecursionError):
        return False
    return True


def _counts_of(counts: dict[str, Any]) -> dict[str, Any]:
    types: dict[str, Any] = counts["types"]
    return types


def _correct_counts(counts: dict[str, Any], changes: SizeChanges) -> None:
    counts["written_bytes"] += changes.total
    types = _counts_of(counts)
    for name, grown_bytes in changes.by_type.items():
        if name in types:
            said = types[name]
            said["written_bytes"] = said.get("written_bytes", 0) + grown_bytes


def read_summary(data: bytes) -> dict[str, Any] | None:
    """A ``summary.json``, None if it is none."""
    try:
        summary = loads(data)
    except (ValueError, RecursionError):
        return None
    return summary if isinstance(summary, dict) else None
