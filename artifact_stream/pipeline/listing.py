"""What is said of an entry: its line in the index, and what is a problem with it."""

from __future__ import annotations

from artifact_stream.compile_ids import GLOBAL, UNKNOWN
from artifact_stream.entries import Entry
from artifact_stream.errors import Problem, excerpt_of
from artifact_stream.framing.verdict import TornRecord
from artifact_stream.handlers.base import PYTHON, Link, Scope
from artifact_stream.index.lines import IndexEntry
from artifact_stream.json_text import encode_json
from artifact_stream.pipeline.in_flight import Place, Planned
from artifact_stream.rendering.task import Outcome, Rendered
from artifact_stream.urls import is_web_url, url_of


class Listing:
    """Makes the lines of one trace's index.

    Args:
        several_files: The trace has several source files: each line says which one it is from.
    """

    def __init__(self, *, several_files: bool) -> None:
        self._several_files = several_files

    def of_file(self, entry: Entry, planned: Planned, rendered: Rendered) -> IndexEntry:
        """The line of an artifact that has become a file, or two."""
        line = self._of_artifact(entry, planned, rendered, url_of(planned.path), None)
        text_path = planned.text_path
        if text_path is not None and rendered.text_digest is not None:
            line.text_url, line.text_bytes = url_of(text_path), rendered.text_bytes
            line.text_digest = rendered.text_digest
        return line

    def of_packed(
        self, entry: Entry, planned: Planned, rendered: Rendered, place: Place
    ) -> IndexEntry:
        """The line of an artifact whose payload is in a pack."""
        return self._of_artifact(entry, planned, rendered, place.url, place.lazy_loader)

    def of_link(self, entry: Entry, link: Link) -> IndexEntry:
        """The line of a link."""
        line = IndexEntry(
            compile_id=entry.compile_id or UNKNOWN,
            name=link.name,
            url=link.url,
            type=entry.type,
            rank=entry.rank,
            bytes=None,
            lazy_loader=None,
            line=entry.line,
            flags=() if is_web_url(link.url) else ("unsafe_url",),
        )
        _add_kept_facts(line, entry)
        if self._several_files:
            line.source = entry.source
        return line

    def _of_artifact(
        self,
        entry: Entry,
        planned: Planned,
        rendered: Rendered,
        url: str,
        lazy_loader: str | None,
    ) -> IndexEntry:
        is_dump_file = planned.artifact.scope is Scope.DUMP_FILE
        line = IndexEntry(
            compile_id=GLOBAL if is_dump_file else entry.compile_id or UNKNOWN,
            name=planned.path.rpartition("/")[2],
            url=url,
            type=entry.type,
            rank=entry.rank,
            bytes=rendered.bytes,
            lazy_loader=lazy_loader,
            line=entry.line,
            flags=_flags(planned, rendered),
            lines=rendered.lines,
            digest=rendered.digest,
        )
        if planned.kind is not None:
            line.kind = planned.kind
        if planned.artifact.language != PYTHON:
            line.language = planned.artifact.language
        _add_kept_facts(line, entry)
        original_name = planned.original_name
        if original_name is not None:
            line.original_name = original_name
        if self._several_files:
            line.source = entry.source
        return line


def _add_kept_facts(line: IndexEntry, entry: Entry) -> None:
    """Add what an index line keeps of an entry as the log says it."""
    if entry.thread is not None:
        line.process = entry.thread
    for name, value in entry.context.items():
        setattr(line, name, value)


def text_of(line: IndexEntry) -> bytes:
    """A line as it stands in the index, with its newline."""
    return encode_json(line) + b"\n"


def _flags(planned: Planned, rendered: Rendered) -> tuple[str, ...]:
    flags = []
    if planned.name.made_safe:
        flags.append("renamed")
    if planned.name.repeated:
        flags.append("repeated")
    if _is_invalid_json(planned, rendered):
        flags.append("invalid_json")
    flags += planned.artifact.flags
    if not rendered.digest_matches:
        flags.append("payload_md5_mismatch")
    return tuple(flags)


def _is_invalid_json(planned: Planned, rendered: Rendered) -> bool:
    may_be_text = planned.artifact.may_be_text or not planned.has_text
    return rendered.json_error is not None and not may_be_text


def problems_with(planned: Planned, rendered: Rendered) -> dict[str, str]:
    """What went wrong with a file that has been made: a sentence for each slug."""
    problems: dict[str, str] = {}
    if _is_invalid_json(planned, rendered):
        problems["invalid_json"] = f"The payload {rendered.json_error}."
    if not rendered.digest_matches:
        problems["payload_md5_mismatch"] = (
            "The payload is not the one that the log's digest was made of: it was cut off or "
            "changed."
        )
    if rendered.has_orphans:
        problems["payload_without_entry"] = (
            "Behind a blank line follow payload lines that do not belong to the entry."
        )
    if rendered.message:
        problems[Outcome.WORKER_DIED.value] = rendered.message
    return problems


def entry_problem(entry: Entry, slug: str, message: str, *, entry_written: bool) -> Problem:
    """A problem with an entry as a whole."""
    return Problem(
        slug,
        message,
        entry.source,
        entry.line,
        entry.offset_bytes,
        excerpt_of(entry.first_line),
        entry_written,
    )


def torn_problem(entry: Entry, torn: TornRecord) -> Problem:
    """A problem with a record that another one's payload has swallowed."""
    message = (
        "Another record stands inside the payload of this line's entry, as where two processes "
        "write one log at once: it was not read."
    )
    return Problem(
        "torn_record",
        message,
        entry.source,
        entry.line + 1 + torn.line,
        entry.payload_offset_bytes + torn.offset_bytes,
        torn.excerpt,
    )
