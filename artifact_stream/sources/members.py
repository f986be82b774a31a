"""Searching a container like a folder: its members that are traces, and what is said of others."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from artifact_stream.errors import SourceDamaged
from artifact_stream.sources.containers import Container, Member, ReportPlace, Zip
from artifact_stream.sources.drafts import (
    REPORT_LIST,
    REPORT_LOG,
    Candidate,
    Draft,
    drafts_of,
    in_reading_order,
    is_other_intermediate,
)
from artifact_stream.sources.heads import EMPTY, UNRECOGNISED, UNSUPPORTED, Head, Refusal
from artifact_stream.sources.labels import (
    natural_key,
    shared_parts,
    shown_name,
    without_container_ending,
)
from artifact_stream.sources.left_out import matters
from artifact_stream.sources.opening import open_member
from artifact_stream.sources.own_files import OWN_NAMES, is_output
from artifact_stream.sources.probe import look_at
from artifact_stream.sources.trace import SourceFile
from artifact_stream.streams.stored_file import ReadCounter

_MAX_DEPTH = 64
"""Members deeper than this are as if they lay there: names may hold any number of slashes."""

_MAX_REFUSED = 1000
"""So many members that are no sources are told of one by one; a container may hold millions."""


class _Found(msgspec.Struct):
    """A member that is a source."""

    folders: tuple[str, ...]
    name: str
    member: Member
    head: Head


class MemberSearch:
    """Looks through a container once.

    Args:
        container: It.
        folders: Those that lead to it.
        near: So many of these may name a rank.
        max_expansion: See `open_stream`.
        is_alone: There is no other source: members are called as files of a folder would be.

    Attributes:
        refused: Members that are no sources and are to be told of, and why.
        more_refused: How many more of these there are than are told of.
        others: How many members are files of other kinds.
        damage: Why there may be more members, which cannot be told; None if there are none.
        is_output: It holds an output of ours.
    """

    def __init__(
        self,
        container: Container,
        folders: tuple[str, ...],
        near: int,
        max_expansion: int,
        *,
        is_alone: bool = False,
    ) -> None:
        self._container = container
        self._is_alone = is_alone
        self._shared = 0
        stem = without_container_ending(container.label.rpartition("/")[2])
        self._top = (*folders, stem)
        self._near = near + 1
        self._max_expansion = max_expansion
        self.refused: list[tuple[Member, Refusal]] = []
        self.others = 0
        self.more_refused = 0
        self.damage: SourceDamaged | None = None
        self.is_output = False

    def folders_of(self, member: Member) -> tuple[str, ...]:
        """The folders that lead to a member."""
        return (*self._top, *_split(member.name)[0])

    def label_of(self, member: Member) -> str:
        """What problems call a member: of the only source, as if that had been a folder."""
        folders, name = _split(member.name)
        if self._is_alone:
            return "/".join((*folders[self._shared :], shown_name(name)))
        return "/".join((self._container.label, *folders, shown_name(name)))

    def drafts(self) -> list[Draft]:
        """The traces, folder by folder; to be called once."""
        found, outputs = self._sources()
        paths = [each.folders for each in found]
        self._shared = shared_parts(paths + [_split(member.name)[0] for member, _ in self.refused])
        found = [each for each in found if not _is_below(each.folders, outputs)]
        self.is_output = bool(outputs)
        reports = {each.folders: each for each in found if each.head.is_report}
        with_log = {each.folders for each in found if each.name == REPORT_LOG}
        by_folder: dict[tuple[str, ...], list[_Found]] = {}
        for each in found:
            if each.folders in reports:
                wanted = REPORT_LOG if each.folders in with_log else REPORT_LIST
                if each.name != wanted:
                    continue
            elif _is_below(each.folders, reports):
                continue
            by_folder.setdefault(each.folders, []).append(each)
        drafts: list[Draft] = []
        for folders in sorted(by_folder, key=lambda names: [natural_key(name) for name in names]):
            members = {each.name: each for each in by_folder[folders]}
            candidates = [self._candidate(members[name]) for name in in_reading_order(members)]
            whole, near = (*self._top, *folders), self._near + len(folders)
            drafts += drafts_of(candidates, whole[-1], whole, near)
        if isinstance(self._container, Zip):
            drafts = self._without_shared_bytes(self._container, drafts)
        self.refused = [
            (member, refusal)
            for member, refusal in self.refused
            if not _is_below(_split(member.name)[0], {*outputs, *reports})
        ]
        return drafts

    def _candidate(self, found: _Found) -> Candidate:
        container, member, report = self._container, found.member, None
        if found.head.is_report:
            report = ReportPlace(None, container, member.name.removesuffix(REPORT_LIST))
        path = container.path or "-"
        label = self.label_of(member)
        file = SourceFile(path, label, found.head.format, member.stored_bytes, member, report)
        return Candidate(shown_name(found.name), file, found.head)

    def _sources(self) -> tuple[list[_Found], set[tuple[str, ...]]]:
        """The members that are sources, and the folders of outputs of ours."""
        found: list[_Found] = []
        own_names: dict[tuple[str, ...], set[str]] = {}
        try:
            for member in self._container.members():
                folders, name = _split(member.name)
                if name in OWN_NAMES:
                    own_names.setdefault(folders, set()).add(name)
                for each in self._looked_at(member, folders, name):
                    member.is_wanted = True
                    found.append(each)
        except SourceDamaged as damage:
            self.damage = damage
        return found, {folders for folders, names in own_names.items() if is_output(names)}

    def _looked_at(self, member: Member, folders: tuple[str, ...], name: str) -> Iterator[_Found]:
        if member.size == 0:
            self._refuse(member, name, Refusal(EMPTY, "is empty"))
            return
        try:
            why = self._container.refusal(member)
        except SourceDamaged as damage:
            why = f"is damaged ({damage})"
        seen: Head | type[Container] | Refusal
        if why is not None:
            seen = Refusal(UNSUPPORTED, why)
        else:
            seen = look_at(lambda: open_member(member, ReadCounter(), self._max_expansion), name)
        if isinstance(seen, Refusal):
            self._refuse(member, name, seen)
        elif not isinstance(seen, Head):
            why = f"is a {seen.kind} file inside another: unpack that, and name what comes of it"
            self._refuse(member, name, Refusal(UNSUPPORTED, why))
        elif is_other_intermediate(name, seen):
            self.others += 1
        elif not seen.is_ours:
            why = "holds JSON lines of which none has a known type, a compile id or a payload"
            self._refuse(member, name, Refusal(UNRECOGNISED, why))
        else:
            yield _Found(folders, name, member, seen)

    def _refuse(self, member: Member, name: str, refusal: Refusal) -> None:
        if not matters(name, refusal):
            self.others += 1
        elif len(self.refused) < _MAX_REFUSED:
            self.refused.append((member, refusal))
        else:
            self.more_refused += 1

    def _without_shared_bytes(self, container: Zip, drafts: list[Draft]) -> list[Draft]:
        """Leave out members of a zip that lie in one another, as in zips made to fill a disk."""
        places = []
        for each in drafts:
            for file in each.trace.files:
                if file.member is not None:
                    start = container.header_of(file.member)
                    places.append((start, start + file.member.size, file.member, each))
        end, gone = -1, set()
        for start, stop, member, each in sorted(places, key=lambda place: place[:2]):
            if start < end:
                why = "shares its bytes with another member of the zip, as no zip should"
                self._refuse(member, _split(member.name)[1], Refusal(UNSUPPORTED, why))
                gone.add(id(each))
            end = max(end, stop)
        return [each for each in drafts if id(each) not in gone]


def _split(name: str) -> tuple[tuple[str, ...], str]:
    """The folders of a member and its name in the last one; what leads out counts for nothing."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts:
        return (), name
    return tuple(shown_name(part) for part in parts[:-1][:_MAX_DEPTH]), parts[-1]


def _is_below(folders: tuple[str, ...], tops: object) -> bool:
    """True for a folder that is one of those or lies below it."""
    assert isinstance(tops, (set, dict))
    return any(folders[:depth] in tops for depth in range(len(folders) + 1))
