"""From an entry and what its handler says to a task, and from what came of that to a file.

`plan` claims a name and says what is to be rendered; `keep` gives the rendered file its name.
Between the two the work may be done anywhere: names depend on the order of `plan` alone.
"""

from __future__ import annotations

from functools import cache

import msgspec

from artifact_stream.compile_ids import UNKNOWN, display_name
from artifact_stream.entries import NO_PAYLOAD, Entry, Payload, TextInHand
from artifact_stream.framing.payloads import AnyPortable
from artifact_stream.handlers.base import PYTHON, Artifact, Content, Scope
from artifact_stream.layout import DUMP_FILE_FOLDER, TEXT_SUFFIX
from artifact_stream.names import safe_folder_name
from artifact_stream.pipeline.in_flight import Pack, Planned
from artifact_stream.rendering.code_page import code_page_head, code_page_tail
from artifact_stream.rendering.task import Rendered, RenderTask
from artifact_stream.urls import url_of
from artifact_stream.writers import ArtifactWriter

_SUFFIXES = {
    Content.TEXT: (Content.TEXT.value,),
    Content.JSON: (Content.JSON.value,),
    Content.CODE_PAGE: (Content.CODE_PAGE.value, TEXT_SUFFIX),
}


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

    def plan(
        self, entry: Entry, artifact: Artifact, kind: str | None = None
    ) -> tuple[Planned, Payload | None]:
        """Claim a name for an entry's file and say what is to be rendered.

        Args:
            entry: The entry.
            artifact: What its handler wants.
            kind: The kind that has claimed it; None where its type tells the kind.

        Returns:
            The file, and what it is rendered from where that is not in its task: it can be read in
            this process alone, before the next entry is taken.
        """
        content = artifact.content
        folder = folder_of(entry, artifact, self._writer.max_name_bytes)
        name = self._writer.claim(folder, artifact.name, _SUFFIXES[content])
        self.planned += 1
        payload: Payload | None = None
        portable = entry.payload.portable()
        assert portable is None or isinstance(portable, AnyPortable)
        has_text = entry.payload is not NO_PAYLOAD
        if artifact.text is not None:
            payload, has_text = TextInHand(artifact.text), True
            # Nobody knows how many files wait: no text does.
            artifact = msgspec.structs.replace(artifact, text=None)
        elif portable is None and has_text:
            payload = entry.payload
        md5 = None if entry.payload_md5 is None else entry.payload_md5.lower()
        task = RenderTask(self.planned, content, portable, md5)
        if content is Content.CODE_PAGE:
            compile_id = entry.compile_id or UNKNOWN
            make_page_task(
                task,
                name.stem,
                compile_id,
                entry.type,
                self._assets_url,
                language=artifact.language,
            )
        return Planned(artifact, name, task, has_text, kind), payload

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

    def holds_pack(self, pack: Pack) -> bool:
        """True if a pack that has been staged is there already, under its name.

        Raises:
            OutputUnusable: It cannot be read.
        """
        return self._writer.holds_same(pack.file.name, pack.path)

    def keep_pack(self, pack: Pack) -> None:
        """Give a pack that has been staged its name.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        self._writer.publish([(pack.file.name, pack.path)])


def make_page_task(
    task: RenderTask,
    stem: str,
    compile_id: str,
    entry_type: str,
    assets_url: str,
    *,
    language: str = PYTHON,
) -> None:
    """Tell the task of a code page what stands around the code.

    Args:
        task: The task.
        stem: The page's name without suffix.
        compile_id: Key of the compile id that is shown on it.
        entry_type: The entry's type.
        assets_url: Where the page finds CSS and scripts.
        language: Of the code.
    """
    task.language = language
    head = code_page_head(
        title=stem,
        subtitle=f"{display_name(compile_id)} \u00b7 {entry_type}",
        assets_url=assets_url,
        text_url=url_of(stem + TEXT_SUFFIX),
        language=language,
    )
    task.page_head, task.page_tail = head.encode("utf-8", "replace"), _page_tail()


def folder_of(entry: Entry, artifact: Artifact, max_name_bytes: int) -> str:
    """The folder of an artifact, relative to the trace's; its name is no longer than that."""
    if artifact.scope is Scope.DUMP_FILE:
        return DUMP_FILE_FOLDER
    return safe_folder_name(entry.compile_id or UNKNOWN, max_name_bytes)


@cache
def _page_tail() -> bytes:
    return code_page_tail().encode()
