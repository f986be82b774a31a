"""From an entry and what its handler says to a task, and from what came of that to a file.

`plan` claims a name and says what is to be rendered; `keep` gives the rendered file its name.
Between the two the work may be done anywhere: names depend on the order of `plan` alone.
"""

from __future__ import annotations

from functools import cache

import msgspec

from artifact_stream.compile_ids import UNKNOWN, display_name
from artifact_stream.entries import Entry, Payload
from artifact_stream.framing.payloads import AnyPortable
from artifact_stream.handlers.base import Artifact, Content, Scope
from artifact_stream.layout import DUMP_FILE_FOLDER, TEXT_SUFFIX
from artifact_stream.names import safe_folder_name
from artifact_stream.rendering.code_page import code_page_head, code_page_tail
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.urls import url_of
from artifact_stream.writers import ArtifactWriter, ClaimedName

_SUFFIXES = {
    Content.TEXT: (Content.TEXT.value,),
    Content.JSON: (Content.JSON.value,),
    Content.PYTHON_PAGE: (Content.PYTHON_PAGE.value, TEXT_SUFFIX),
}


class Planned(msgspec.Struct):
    """A file that is going to be made.

    Attributes:
        artifact: What the handler wants.
        name: What it will be called.
        task: What is to be rendered.
        payload: What it is rendered from, where that is not in the task: it can be read in this
            process alone, before the next entry is taken.
        has_payload: False where the log says that there is none.
    """

    artifact: Artifact
    name: ClaimedName
    task: RenderTask
    payload: Payload | None
    has_payload: bool

    @property
    def path(self) -> str:
        """The file's, relative to the trace's folder, with ``/``."""
        return self.name.path(self.artifact.content.value)

    @property
    def text_path(self) -> str | None:
        """That of the plain text beside a page."""
        is_page = self.artifact.content is Content.PYTHON_PAGE
        return self.name.path(TEXT_SUFFIX) if is_page else None

    @property
    def original_name(self) -> str | None:
        """What the trace calls it, where its name differs."""
        name = self.name
        return self.artifact.original_name or (
            self.artifact.name if name.made_safe or name.repeated else None
        )


class ArtifactStore:
    """Plans and keeps the files of one trace.

    Args:
        writer: Gives them their names.
        assets_url: Where pages in a folder of the trace find CSS and scripts.
        planned: How many files have been planned, by an earlier run too.
    """

    def __init__(self, writer: ArtifactWriter, assets_url: str, planned: int = 0) -> None:
        self._writer = writer
        self._assets_url = assets_url
        self.planned = planned

    def plan(self, entry: Entry, artifact: Artifact) -> Planned:
        """Claim a name for an entry's file and say what is to be rendered."""
        content = artifact.content
        name = self._writer.claim(folder_of(entry, artifact), artifact.name, _SUFFIXES[content])
        self.planned += 1
        payload: Payload | None = None
        portable = entry.payload.portable()
        assert portable is None or isinstance(portable, AnyPortable)
        if portable is None and entry.has_payload:
            payload = entry.payload
        md5 = None if entry.payload_md5 is None else entry.payload_md5.lower()
        task = RenderTask(self.planned, content, portable, md5)
        if content is Content.PYTHON_PAGE:
            compile_id = entry.compile_id or UNKNOWN
            make_page_task(task, name.stem, compile_id, entry.type, self._assets_url)
        return Planned(artifact, name, task, payload, entry.has_payload)

    def holds(self, planned: Planned, rendered: Rendered) -> bool:
        """True if what came of a task is there already, under its name.

        Raises:
            OutputUnusable: It cannot be read.
        """
        text_path = planned.text_path
        if text_path is not None and not self._writer.holds(
            text_path, rendered.text_bytes, rendered.text_digest or ""
        ):
            return False
        return self._writer.holds(planned.path, rendered.bytes, rendered.digest)

    def keep(self, planned: Planned) -> None:
        """Give a rendered file its name.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        task, files = planned.task, []
        if planned.text_path is not None:
            files.append((task.staged_text_name, planned.text_path))
        files.append((task.staged_name, planned.path))
        self._writer.publish(files)


def make_page_task(
    task: RenderTask, stem: str, compile_id: str, entry_type: str, assets_url: str
) -> None:
    """Tell the task of a code page what stands around the code.

    Args:
        task: The task.
        stem: The page's name without suffix.
        compile_id: Key of the compile id that is shown on it.
        entry_type: The entry's type.
        assets_url: Where the page finds CSS and scripts.
    """
    head = code_page_head(
        title=stem,
        subtitle=f"{display_name(compile_id)} \u00b7 {entry_type}",
        assets_url=assets_url,
        text_url=url_of(stem + TEXT_SUFFIX),
        language="python",
    )
    task.page_head, task.page_tail = head.encode("utf-8", "replace"), _page_tail()


def facts_about(planned: Planned, rendered: Rendered) -> tuple[list[str], dict[str, str]]:
    """What is to be said of a file that has been made.

    Returns:
        Its flags for the directory index, and a sentence for each slug that is a problem.
    """
    flags: list[str] = []
    facts: dict[str, str] = {}
    if planned.name.made_safe:
        flags.append("renamed")
    if planned.name.repeated:
        flags.append("repeated")
    if rendered.json_error is not None and planned.has_payload:
        flags.append("invalid_json")
        if not planned.artifact.may_be_text:
            facts["invalid_json"] = f"The payload {rendered.json_error}."
    flags += planned.artifact.flags
    if not rendered.digest_matches:
        flags.append("payload_md5_mismatch")
        facts["payload_md5_mismatch"] = (
            "The payload is not the one that the log's digest was made of: it was cut off or "
            "changed."
        )
    if rendered.message:
        facts[Outcome.WORKER_DIED.value] = rendered.message
    return flags, facts


def folder_of(entry: Entry, artifact: Artifact) -> str:
    """The folder of an artifact, relative to the trace's."""
    if artifact.scope is Scope.DUMP_FILE:
        return DUMP_FILE_FOLDER
    return safe_folder_name(entry.compile_id or UNKNOWN)


@cache
def _page_tail() -> bytes:
    return code_page_tail().encode()
