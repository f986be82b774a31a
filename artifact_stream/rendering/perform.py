"""Doing a `RenderTask`: the payload is read once, complete files are left in the staging folder.

Nothing here knows of names, indexes or counts: those are the affair of the process that reads the
trace, so they come out the same whoever did the work, and in whatever order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from artifact_stream.disk.digests import md5_text
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import StagedFile, output_errors
from artifact_stream.entries import BrokenPayload, NoPayload, Payload
from artifact_stream.errors import InputUnusable, OutputUnusable
from artifact_stream.framing.checking import check_whole, notes_as_it_stands
from artifact_stream.framing.payloads import RawLines
from artifact_stream.framing.verdict import Verdict
from artifact_stream.handlers.base import Content
from artifact_stream.rendering.json.scan import InvalidJson, NotLaidOut
from artifact_stream.rendering.payload_digest import PayloadDigest
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.rendering.write import write_code_page, write_json, write_text

_MAX_MESSAGE_CHARS = 500


class _CheckedPayload:
    """A payload whose md5 is made while it is read; one in memory is read as its md5 says.

    Args:
        payload: The payload.
        expected: Its md5 as the log gives it.
    """

    def __init__(self, payload: Payload, expected: str) -> None:
        self._payload = payload
        self._expected = expected
        self._md5: PayloadDigest | None = None
        self.verdict: Verdict | None = None

    def whole(self) -> bytes | None:
        if self.verdict is None:
            whole = self._payload.whole()
            if whole is None:
                return None
            self.verdict = check_whole(self._payload, whole, self._expected)
        return self.verdict.text

    def chunks(self) -> Iterator[bytes]:
        whole = self.whole()
        if whole is not None:
            yield whole
            return
        self._md5 = md5 = PayloadDigest()
        try:
            for chunk in self._payload.chunks():
                md5.update(chunk)
                yield chunk
        finally:
            md5.close()

    @property
    def can_repeat(self) -> bool:
        return self._payload.can_repeat

    def portable(self) -> None:
        return None

    def hexdigest(self) -> str:
        if self.verdict is not None:
            return self.verdict.md5
        return (self._md5 or PayloadDigest()).hexdigest()


def perform(task: RenderTask, payload: Payload | None, staging: Directory) -> Rendered:
    """Do a task.

    Args:
        task: What is to be done.
        payload: The payload, where it can be read in this process alone; else None.
        staging: Where the files are made.

    Raises:
        OutputUnusable: The disk cannot be written.
        InputUnusable: The source cannot be read any more.
    """
    if payload is None:
        payload = task.payload
    if payload is None:
        payload = NoPayload()
    try:
        if task.payload_md5 is not None and isinstance(payload, RawLines) and payload.is_long:
            return _stage_long(task, payload, task.payload_md5, staging)
        return _STAGE[task.content](task, payload, staging)
    except (InputUnusable, OutputUnusable):
        discard_staged(task, staging)
        raise
    except BrokenPayload as error:
        outcome, message = Outcome.BROKEN_PAYLOAD, f"The payload cannot be decoded: {error}."
    except Exception as error:  # noqa: BLE001 - one entry's failure must not end the run
        outcome = Outcome.FAILED
        message = f"Rendering it failed: {type(error).__name__}: {error}"
    discard_staged(task, staging)
    message = message[:_MAX_MESSAGE_CHARS].encode("utf-8", "replace").decode()
    return Rendered(task.number, outcome, message)


def discard_staged(task: RenderTask, staging: Directory) -> None:
    """Remove what a task has staged, all of it or in part."""
    _discard(task.staged_names, staging)


def _discard(names: tuple[str, ...], staging: Directory) -> None:
    for name in names:
        with suppress(OSError):
            staging.remove(name)


def _stage_long(task: RenderTask, payload: Payload, md5: str, staging: Directory) -> Rendered:
    """Make the files of a raw log's payload that is too long for memory.

    It is written as it stands.  Whether that is right is known at its end; where another reading
    is, the files are made once more.
    """
    from artifact_stream.rendering import long_payload  # Few logs have such.

    assert isinstance(payload, RawLines)
    stage = _STAGE[task.content]
    aside = task.staged_names[-1]
    if task.content is Content.JSON and not payload.can_repeat:
        # Formatting it would need a copy anyway.
        copied, rendered = aside, None
        matches = _copy(_CheckedPayload(payload, md5), StagedFile(staging, aside), md5)
    else:
        copied = task.staged_text_name if task.content is Content.CODE_PAGE else task.staged_name
        rendered = stage(task, payload, staging)
        matches = rendered.digest_matches
    try:
        reading = None
        if not matches:
            reading = long_payload.other_reading(
                payload, md5, lambda: long_payload.staged_text(staging, copied)
            )
        if rendered is None or reading is not None:
            if copied != aside:
                with output_errors(staging.path):
                    staging.move(copied, staging, aside)
            _discard(task.staged_names[:-1], staging)
            as_it_stands = partial(long_payload.staged_text, staging, aside)
            again = as_it_stands
            if reading is not None:
                again = partial(long_payload.read_again, payload, reading, as_it_stands)
            rendered, copied = stage(task, long_payload.StoredPayload(again), staging), aside
        if reading is not None:
            rendered.notes = long_payload.notes_of(reading)
            rendered.has_orphans = reading.has_orphans
        elif matches:
            rendered.notes = notes_as_it_stands(payload.signs)
        else:
            rendered.torn = long_payload.records_in(
                payload, lambda: long_payload.staged_text(staging, copied)
            )
        return rendered
    finally:
        _discard((aside,), staging)


def _copy(checked: _CheckedPayload, copy: StagedFile, md5: str) -> bool:
    """Write a payload to a file; true if its md5 is this one."""
    for chunk in checked.chunks():
        copy.write(chunk)
    copy.close()
    return checked.hexdigest() == md5


def _checked(task: RenderTask, payload: Payload) -> _CheckedPayload | None:
    return None if task.payload_md5 is None else _CheckedPayload(payload, task.payload_md5)


def _stage_text(task: RenderTask, payload: Payload, staging: Directory) -> Rendered:
    checked = _checked(task, payload)
    # The md5 is made anyway, and the file is the payload byte for byte.
    staged = StagedFile(staging, task.staged_name, digested=checked is None)
    write_text(checked or payload, staged)
    staged.close()
    digest = staged.digest if checked is None else md5_text(checked.hexdigest())
    return _rendered(task, staged, checked, digest)


def _about_json(error: InvalidJson) -> str:
    if isinstance(error, NotLaidOut):
        return f"was written as it is, since it cannot be laid out: {error}"
    return f"is no JSON and was written as it is: {error}"


def _stage_json(task: RenderTask, payload: Payload, staging: Directory) -> Rendered:
    checked = _checked(task, payload)
    names = iter((task.staged_name, task.staged_names[2]))
    staged, error = write_json(checked or payload, lambda: StagedFile(staging, next(names)))
    staged.close()
    if staged.name != task.staged_name:
        with output_errors(staging.path):
            staging.move(staged.name, staging, task.staged_name)
    rendered = _rendered(task, staged, checked, staged.digest)
    rendered.json_error = None if error is None else _about_json(error)
    return rendered


def _stage_page(task: RenderTask, payload: Payload, staging: Directory) -> Rendered:
    checked = _checked(task, payload)
    page = StagedFile(staging, task.staged_name)
    text = StagedFile(staging, task.staged_text_name, digested=checked is None)
    write_code_page(
        checked or payload, page, text, task.page_head, task.page_tail, language=task.language
    )
    page.close()
    text.close()
    rendered = _rendered(task, text, checked, page.digest)
    rendered.bytes = page.bytes_written
    rendered.text_bytes = text.bytes_written
    rendered.text_digest = text.digest if checked is None else md5_text(checked.hexdigest())
    return rendered


def _rendered(
    task: RenderTask, text: StagedFile, checked: _CheckedPayload | None, digest: str
) -> Rendered:
    rendered = Rendered(
        task.number,
        Outcome.STAGED,
        bytes=text.bytes_written,
        lines=text.lines,
        digest=digest,
        digest_matches=checked is None or checked.hexdigest() == task.payload_md5,
    )
    if checked is not None and checked.verdict is not None:
        rendered.note(checked.verdict)
    return rendered


_STAGE = {
    Content.TEXT: _stage_text,
    Content.JSON: _stage_json,
    Content.CODE_PAGE: _stage_page,
}
