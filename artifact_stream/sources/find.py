"""Finding traces: which files belong together, and what each trace is called.

A trace is one raw log, one set of intermediate files, one tlparse report, or one stream.  Formats
are told from content; names of files only tell which intermediate files belong together and which
rank logged.  Tar and zip files are searched like folders.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from artifact_stream.disk.name_limit import max_name_bytes_below
from artifact_stream.errors import InputUnusable, Said
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import Container, ReportPlace
from artifact_stream.sources.copies import without_copies
from artifact_stream.sources.drafts import (
    Candidate,
    Draft,
    draft,
    drafts_of,
    is_other_intermediate,
    joined,
    keeping_place,
    without_repeated_files,
)
from artifact_stream.sources.found import Found
from artifact_stream.sources.heads import EMPTY, UNREADABLE, UNRECOGNISED, Head, Refusal
from artifact_stream.sources.labels import distinct_names, natural_key, shown_path, trace_name
from artifact_stream.sources.left_out import LeftOut, matters, names_a_trace
from artifact_stream.sources.members import MemberSearch
from artifact_stream.sources.own_files import IS_OUTPUT, IS_PART_OF_OUTPUT, lies_in_output
from artifact_stream.sources.paths import (
    absolute,
    check_working_folder,
    folders_to,
    parts_of,
    size_of,
)
from artifact_stream.sources.probe import EXPECTED
from artifact_stream.sources.trace import SourceFile, TraceSource
from artifact_stream.sources.walk import Visited, look_at_file, unreadable_refusal, walk
from artifact_stream.streams.opening import open_stdin

STDIN = "-"

_MAX_NAMED = 5
"""So many files are named in a sentence that says that there is no trace."""


def find_traces(
    sources: Sequence[str],
    out: str,
    max_expansion: int = MAX_EXPANSION,
    piped: Mapping[str, Container] = MappingProxyType({}),
) -> Found:
    """The traces in the sources, each with a name of its own.

    The list grows with the number of files, never with their content.

    Args:
        sources: Folders, files, ``-`` for stdin.
        out: The output folder, which is not searched; what must be unpacked goes to its disk.
        max_expansion: How many times as long compressed data may become; 0 for any number.
        piped: Sources, as given, that are pipes, and the containers that came through them.

    Raises:
        InputUnusable: A source does not exist, or is a stdin that cannot be read; or there is no
            trace.
        OutputUnusable: A container has to be unpacked, and there is no room; or the output folder
            is relative to a working folder that was removed.
    """
    check_working_folder(sources, out)
    search = _Search(sources, out, max_expansion)
    search.containers.extend(piped.values())
    try:
        for source in sources:
            search.add(source, piped.get(source))
        return search.found()
    except BaseException:
        for container in search.containers:
            container.close()
        raise


class _Search:
    """Looks through sources, one after the other."""

    def __init__(self, sources: Sequence[str], out: str, max_expansion: int) -> None:
        self._sources = sources
        self._out = out
        self._max_expansion = max_expansion
        self._drafts: list[Draft] = []
        self._others = 0
        self._outputs: list[str] = []
        self._left_out: list[LeftOut] = []
        self._only_label = _label_of(sources[0]) if len(sources) == 1 else None
        self.containers: list[Container] = []

    def add(self, source: str, piped: Container | None) -> None:
        """Look through one source."""
        label = _label_of(source)
        if piped is not None:
            self._drafts += self._of_container(piped, label, folders_to(source), 1)
            return
        if source == STDIN:
            open_stdin().close()
            file = SourceFile(STDIN, label, None, None)
            self._drafts.append(Draft(TraceSource("stdin", (file,))))
            return
        try:
            mode = os.stat(source).st_mode
        except PermissionError as error:
            if len(self._sources) == 1:
                raise _unreadable(error) from error
            folders, refusal = folders_to(source), unreadable_refusal(error)
            self._drafts += self._refuse(source, label, refusal, folders, 1, is_named=True)
            return
        except (OSError, ValueError) as error:
            raise _unreadable(error, source) from error
        if stat.S_ISDIR(mode):
            self._add_folder(source)
        elif stat.S_ISREG(mode):
            self._drafts += self._of_file(source, label)
        elif stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            file = SourceFile(source, label, None, None)
            trace = TraceSource(trace_name(label), (file,), folders_to(source))
            self._drafts.append(Draft(trace))
        else:
            raise InputUnusable(
                f"{label} is neither a file nor a folder nor a pipe: name one of these."
            )

    def _of_file(self, path: str, label: str) -> list[Draft]:
        """The trace, or the traces, in a file that was named."""
        folders, name = folders_to(path), os.path.basename(path)
        seen = look_at_file(path, self._max_expansion)
        if isinstance(seen, Refusal):
            if seen.slug in (UNRECOGNISED, EMPTY) and lies_in_output(path):
                seen = Refusal(UNRECOGNISED, IS_PART_OF_OUTPUT)
            if len(self._sources) == 1:
                raise InputUnusable(f"{label} ", *_as_sentence(seen))
            return self._refuse(path, label, seen, folders, 1, is_named=True)
        if not isinstance(seen, Head):
            container = self._opened(seen, path, label)
            return self._of_container(container, label, folders, 1)
        report = None
        if seen.is_report:
            report = ReportPlace(os.path.dirname(path) or ".")
            name = folders[-1] if folders else name
        file = SourceFile(path, label, seen.format, size_of(path), None, report)
        candidate = Candidate(shown_path(name), file, seen)
        is_report = report is not None
        return [draft(candidate.name, [candidate], folders, is_copy_of_log=is_report)]

    def _add_folder(self, folder: str) -> None:
        top = parts_of(absolute(folder))
        for directory, names, has_report in self._walk(folder):
            below = parts_of(os.path.relpath(directory, folder))
            folders, near = (*top, *below), len(below) + 1
            candidates: list[Candidate | Draft] = []
            for name in names:
                path = os.path.join(directory, name)
                if os.path.isfile(path):
                    label = shown_path(os.path.relpath(path, folder))
                    seen = self._look_at(path)
                    if isinstance(seen, Refusal):
                        candidates += self._refuse(path, label, seen, folders, near)
                    elif isinstance(seen, Head):
                        candidates += self._candidate(
                            path, label, seen, folders, near, has_report=has_report
                        )
                    else:
                        container = self._opened(seen, path, label)
                        named = names_a_trace(name)
                        candidates += self._of_container(
                            container, label, folders, near, is_named=named
                        )
            name = folders[-1] if folders else "trace"
            self._drafts += drafts_of(candidates, name, folders, near)

    def _candidate(
        self,
        path: str,
        label: str,
        head: Head,
        folders: tuple[str, ...],
        near: int,
        *,
        has_report: bool,
    ) -> Sequence[Candidate | Draft]:
        """A file in a folder, if it is a source by itself or with others."""
        name = os.path.basename(path)
        if is_other_intermediate(name, head) or (head.is_report and not has_report):
            self._others += 1
            return []
        if not head.is_ours:
            return self._refuse(path, label, _OTHER_JSONL, folders, near)
        report = ReportPlace(os.path.dirname(path)) if head.is_report else None
        file = SourceFile(path, label, head.format, size_of(path), None, report)
        return [Candidate(shown_path(name), file, head)]

    def _opened(self, kind: type[Container], path: str, label: str) -> Container:
        container = kind(path, None, label, self._out, self._max_expansion)
        self.containers.append(container)
        return container

    def _look_at(self, path: str) -> Head | type[Container] | Refusal:
        return look_at_file(path, self._max_expansion, is_named=False)

    def _walk(self, folder: str) -> Iterator[Visited]:
        def unreadable(error: OSError) -> None:
            path = os.fspath(error.filename or folder)
            if path == folder and len(self._sources) == 1:
                raise _unreadable(error) from error
            label = shown_path(path if path == folder else os.path.relpath(path, folder))
            self._left_out.append(LeftOut(label, UNREADABLE, unreadable_refusal(error).why))

        def found_output(path: str) -> None:
            self._add_output(path, shown_path(path), is_named=path == folder)

        return walk(folder, self._out, self._look_at, unreadable, found_output)

    def _add_output(self, path: str, label: str, *, is_named: bool) -> None:
        """Note an output of ours, which is told of where it was named beside other sources."""
        self._outputs.append(path)
        if is_named and len(self._sources) > 1:
            self._left_out.append(LeftOut(label, UNRECOGNISED, IS_OUTPUT))

    def _of_container(
        self,
        container: Container,
        label: str,
        folders: tuple[str, ...],
        near: int,
        *,
        is_named: bool = True,
    ) -> list[Draft]:
        """The traces in a container, which is searched like a folder.

        Args:
            container: It.
            label: What problems call it.
            folders: Those that lead to it.
            near: So many of these may name a rank.
            is_named: The user has named it, or its name says trace.
        """
        is_alone = label == self._only_label
        search = MemberSearch(container, folders, near, self._max_expansion, is_alone=is_alone)
        drafts = search.drafts()
        self._others += search.others
        if search.is_output:
            is_alone_in_it = not drafts and container.path in self._sources
            self._add_output(label, label, is_named=is_alone_in_it)
        elif is_named and not (drafts or search.refused or search.damage):
            why = f"is a {container.kind} file that holds no trace: {EXPECTED} in it"
            path = container.path or label
            refusal = Refusal(UNRECOGNISED, why)
            return self._refuse(path, label, refusal, folders, near, is_named=True)
        placed: list[Draft] = []
        for member, refusal in search.refused:
            own = search.label_of(member)
            path = f"{label}/{member.name}"
            placed += self._refuse(path, own, refusal, search.folders_of(member), near + 1)
        if search.more_refused:
            why = f"holds {search.more_refused} more members that cannot be read"
            self._left_out.append(LeftOut(label, UNRECOGNISED, why))
        if search.damage is not None:
            why = f"is damaged ({search.damage}): what is behind its last whole member is lost"
            self._left_out.append(LeftOut(label, search.damage.slug, why))
        return sorted(drafts + placed, key=_natural_place) if placed else drafts

    def _refuse(
        self,
        path: str,
        label: str,
        refusal: Refusal,
        folders: tuple[str, ...],
        near: int,
        *,
        is_named: bool = False,
    ) -> list[Draft]:
        """Tell of a file that is no source, if it may be one that matters; what keeps its place."""
        name = os.path.basename(path)
        if not is_named and not matters(name, refusal):
            self._others += 1
            return []
        left_out = LeftOut(label, refusal.slug, refusal.why)
        self._left_out.append(left_out)
        if is_named or names_a_trace(name):
            return [keeping_place(left_out, path, folders, near)]
        return []

    def found(self) -> Found:
        """The traces, each with a name of its own."""
        drafts = without_copies(without_repeated_files(joined(self._drafts)))
        usable = [each for each in drafts if not each.trace.is_unusable]
        if not usable:
            raise InputUnusable(self._nothing_found())
        for each in usable:
            member = each.trace.files[0].member
            needs_all = len(each.trace.files) > 1 or each.trace.files[0].report is not None
            if member is not None and needs_all:
                member.container.unpack()
        drafts = _with_places(drafts)
        placed = {each.trace.files[0].label for each in drafts if each.trace.is_unusable}
        homeless = [each.problem for each in self._left_out if each.path not in placed]
        first = usable[0]
        first.trace = msgspec.structs.replace(
            first.trace, problems=(*homeless, *first.trace.problems)
        )
        wanted = [(each.trace.name, each.trace.folders) for each in drafts]
        longest = max_name_bytes_below(self._out)
        traces = [
            msgspec.structs.replace(each.trace, name=name)
            for each, name in zip(drafts, distinct_names(wanted, longest), strict=True)
        ]
        return Found(traces, self._left_out, self.containers)

    def _nothing_found(self) -> str:
        shown = ", ".join(shown_path(source) for source in self._sources)
        told = [f"{each.path} {each.why}" for each in self._left_out[:_MAX_NAMED]]
        more = len(self._left_out) - len(told)
        if len(told) == 1 and self._left_out[0].path == shown:
            return f"{told[0]}."
        if self._outputs and not told:
            return f"{shown_path(self._outputs[0])} {IS_OUTPUT}."
        if self._sources != [STDIN] and all(map(lies_in_output, self._sources)):
            return f"{shown} {IS_PART_OF_OUTPUT}."
        what = f"{self._others} files of other kinds" if self._others else "no files"
        if told:
            what = "; ".join(told) + (f"; and {more} more" if more else "")
            return f"{shown} holds no trace that can be read: {what}."
        return f"{shown} holds {what} and no trace: {EXPECTED} in it."


_OTHER_JSONL = Refusal(
    UNRECOGNISED,
    "holds JSON lines of which none has a known type, a compile id or a payload: name the file "
    "itself to have it read",
)


def _label_of(source: str) -> str:
    return "stdin" if source == STDIN else shown_path(source)


def _with_places(drafts: list[Draft]) -> list[Draft]:
    """The traces without those of which nothing can be read whose place another one has."""
    taken = {each.trace.name for each in drafts if not each.trace.is_unusable}
    kept = []
    for each in drafts:
        if each.trace.is_unusable:
            if each.trace.name in taken:
                continue
            taken.add(each.trace.name)
        kept.append(each)
    return kept


def _natural_place(each: Draft) -> tuple[list[object], list[tuple[int, str]]]:
    file = each.trace.files[0]
    return [natural_key(name) for name in each.trace.folders], natural_key(file.label)


def _as_sentence(refusal: Refusal) -> tuple[Said, ...]:
    if refusal.said:
        return (*refusal.said, ".")
    if refusal.slug == EMPTY:
        return (f"{refusal.why}: {EXPECTED}.",)
    if refusal.slug == UNREADABLE:
        return (f"{refusal.why}: check the path and its permissions.",)
    return (f"{refusal.why}.",)


def _unreadable(error: OSError | ValueError, path: str | None = None) -> InputUnusable:
    path = getattr(error, "filename", None) or path or ""
    why = getattr(error, "strerror", None) or str(error)
    return InputUnusable(
        f"{shown_path(os.fspath(path))} cannot be read ({why}): check the path and its permissions."
    )
