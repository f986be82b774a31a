"""Making a file of an entry: name, content and checks, put together.

A handler has said what is wanted; here it gets a name that is safe and free, its payload is
rendered into a staged file while the logged digest is compared, and the file gets its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from artifact_stream.compile_ids import UNKNOWN, display_name
from artifact_stream.entries import Entry, Payload
from artifact_stream.handlers.base import Artifact, Content, Scope
from artifact_stream.names import safe_folder_name
from artifact_stream.rendering.page_template import code_page_head, code_page_tail
from artifact_stream.rendering.render import write_json, write_python_page
from artifact_stream.urls import url_of
from artifact_stream.writers import ArtifactWriter, ClaimedName

DUMP_FILE_FOLDER = "dump_file"
TEXT_SUFFIX = ".txt"


@dataclass(slots=True)
class Stored:
    """A file that has been made, perhaps with its plain text beside it.

    Attributes:
        path: Relative to the trace's folder, with ``/``.
        written_bytes: Its size.
        lines: Lines of the payload.
        text_path: The text beside a page.
        text_bytes: Its size.
        original_name: What the trace calls it, where its name differs.
        flags: Facts for the index.
        facts: A sentence for each flag that is a problem.
    """

    path: str
    written_bytes: int
    lines: int = 0
    text_path: str | None = None
    text_bytes: int = 0
    original_name: str | None = None
    flags: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name on disk."""
        return self.path.rpartition("/")[2]


class _CheckedPayload:
    """A payload whose lines are counted while it is read, and its digest made if one was logged."""

    def __init__(self, payload: Payload, expected_md5: str | None) -> None:
        self._payload = payload
        self._expected_md5 = (expected_md5 or "").lower()
        self._digest = None if expected_md5 is None else hashlib.md5(usedforsecurity=False)
        self._whole: bytes | None = None
        self._newlines = 0
        self._last_byte = b""

    @property
    def lines(self) -> int:
        """Lines read so far; a last one without newline counts."""
        return self._newlines + (self._last_byte not in (b"", b"\n"))

    def whole(self) -> bytes | None:
        if self._whole is None:
            self._whole = self._payload.whole()
            if self._whole is not None:
                self._note(self._whole)
        return self._whole

    def chunks(self) -> Iterator[bytes]:
        whole = self.whole()
        if whole is not None:
            yield whole
            return
        for chunk in self._payload.chunks():
            self._note(chunk)
            yield chunk

    def _note(self, chunk: bytes) -> None:
        if self._digest is not None:
            self._digest.update(chunk)
        self._newlines += chunk.count(b"\n")
        self._last_byte = chunk[-1:] or self._last_byte

    def matches(self) -> bool:
        """True if no digest was logged, or this one."""
        return (
            self._digest is None or self._digest.hexdigest() == (self._expected_md5 or "").lower()
        )


class ArtifactStore:
    """Makes the files of one trace.

    Args:
        writer: Writes below the trace's folder.
        assets_url: Where pages in a folder of the trace find CSS and scripts.
    """

    def __init__(self, writer: ArtifactWriter, assets_url: str) -> None:
        self._writer = writer
        self._assets_url = assets_url
        self._put = {
            Content.TEXT: self._put_text,
            Content.JSON: self._put_json,
            Content.PYTHON_PAGE: self._put_page,
        }

    def put(self, entry: Entry, artifact: Artifact) -> Stored:
        """Make the file for an entry.

        Raises:
            OutputUnusable: The disk cannot be written.
            BrokenPayload: The payload cannot be decoded; no file has been made.
        """
        payload = _CheckedPayload(entry.payload, entry.payload_md5)
        try:
            stored = self._put[artifact.content](entry, artifact, payload)
        except BaseException:
            self._writer.discard_unpublished()
            raise
        stored.lines = payload.lines
        stored.flags += artifact.flags
        if not payload.matches():
            stored.flags.append("payload_md5_mismatch")
            stored.facts["payload_md5_mismatch"] = (
                "The payload is not the one that the log's digest was made of: it was cut off or "
                "changed."
            )
        return stored

    def _put_text(self, entry: Entry, artifact: Artifact, payload: Payload) -> Stored:
        staged = self._writer.stage()
        for chunk in payload.chunks():
            staged.write(chunk)
        name = self._claim(entry, artifact, (TEXT_SUFFIX,))
        path = name.path(TEXT_SUFFIX)
        self._writer.publish(staged, path)
        return _stored(name, artifact, path, staged.bytes_written)

    def _put_json(self, entry: Entry, artifact: Artifact, payload: Payload) -> Stored:
        staged, error = write_json(payload, self._writer.stage)
        name = self._claim(entry, artifact, (Content.JSON.value,))
        path = name.path(Content.JSON.value)
        self._writer.publish(staged, path)
        stored = _stored(name, artifact, path, staged.bytes_written)
        if error is not None and entry.has_payload:
            stored.flags.append("invalid_json")
            if not artifact.may_be_text:
                stored.facts["invalid_json"] = (
                    f"The payload is no JSON and was written as it is: {error}."
                )
        return stored

    def _put_page(self, entry: Entry, artifact: Artifact, payload: Payload) -> Stored:
        # The page names its text, so its own name must be known before it is rendered.
        suffixes = (artifact.content.value, TEXT_SUFFIX)
        name = self._claim(entry, artifact, suffixes)
        page_path, text_path = (name.path(suffix) for suffix in suffixes)
        head = code_page_head(
            title=page_path.rpartition("/")[2].removesuffix(artifact.content.value),
            subtitle=f"{display_name(entry.compile_id or UNKNOWN)} \u00b7 {entry.type}",
            assets_url=self._assets_url,
            text_url=url_of(text_path.rpartition("/")[2]),
            language="python",
        )
        page, text = self._writer.stage(), self._writer.stage()
        write_python_page(payload, page, text, head, code_page_tail())
        self._writer.publish(text, text_path)
        self._writer.publish(page, page_path)
        stored = _stored(name, artifact, page_path, page.bytes_written)
        stored.text_path, stored.text_bytes = text_path, text.bytes_written
        return stored

    def _claim(self, entry: Entry, artifact: Artifact, suffixes: tuple[str, ...]) -> ClaimedName:
        return self._writer.claim(folder_of(entry, artifact), artifact.name, suffixes)


def folder_of(entry: Entry, artifact: Artifact) -> str:
    """The folder of an artifact, relative to the trace's."""
    if artifact.scope is Scope.DUMP_FILE:
        return DUMP_FILE_FOLDER
    return safe_folder_name(entry.compile_id or UNKNOWN)


def _stored(name: ClaimedName, artifact: Artifact, path: str, written_bytes: int) -> Stored:
    original = artifact.original_name
    if name.made_safe or name.repeated:
        original = original or artifact.name
    stored = Stored(path, written_bytes, original_name=original)
    if name.made_safe:
        stored.flags.append("renamed")
    if name.repeated:
        stored.flags.append("repeated")
    return stored
