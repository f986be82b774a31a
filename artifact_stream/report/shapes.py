"""The shapes of what the report pages load: the one description that both languages follow.

A data file is a call of one of the page's functions, and `DataFiles` says what each one takes.  The
scripts of the page know names and positions from ``web/src/shapes.js``, which
``scripts/make_shapes.py`` writes of the classes below; a test proves it fresh.

A list whose elements have names (``array_like``) may end early: where its class has a subclass, the
elements that the subclass adds are those that may be missing.  Rows are made by the million and
lead to no circle, so the collector of garbage need not look at them (``gc=False``).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

DataFunction: TypeAlias = Literal["head", "outline", "rows", "worth", "traces", "pack"]
"""What a data file may call: a field of `DataFiles` each."""


class Kind(Struct, frozen=True):
    """One heading of the page.

    Attributes:
        name: Of the kind of entries.
        title: The heading.
        loader: What shows its entries where they are in packs; null if they are files always.
    """

    name: str
    title: str
    loader: str | None


class Head(Struct, frozen=True):
    """What there is of one trace.

    Attributes:
        version: Of the format of all these files.
        title: What the trace is called, as it may be shown.
        folder: Its folder in the output; ``.`` for the output itself.
        groups: How many compile ids there are.
        rows: How many artifacts and links.
        rank: The only one that entries name; null if they name none or several.
        lazy: True if entries are in packs.
        shard_rows: Rows in each ``rows-N.js`` but the last.
        outline_groups: Compile ids in each ``outline-N.js`` but the last.
        kinds: The headings, in the order of the page.
        process: Of the first entry, where others are of other processes; 0 if not known.
    """

    version: int
    title: str
    folder: str
    groups: int
    rows: int
    rank: int | None
    lazy: bool
    shard_rows: int
    outline_groups: int
    kinds: list[Kind]
    process: int | UnsetType = UNSET


class OutlineLine(Struct, frozen=True, array_like=True):
    """One compile id.

    Attributes:
        key: Its key in the directory index.
        shown: What people call it; 0 if that is the key.
        folder: The URL of its folder, relative to the trace's, with a slash at the end.
        bytes: Of its payloads.
        kinds: How many entries it has of each of the head's kinds.
    """

    key: str
    shown: str | Literal[0]
    folder: str
    bytes: int
    kinds: list[int]


class RowMore(Struct, gc=False):
    """What is not the usual of a row.

    Attributes:
        url: Where it is, if not below its compile id's folder by its name; where a link goes.
        web: There for a link that may be live.
        flags: The place of its flags among those of the data file.
        loader: What shows it from its pack: the number, from 1, of the first kind that has this
            loader, or the loader's name where no kind has it.
        text_url: The text beside a page.
        text_bytes: Its size.
        original_name: What the trace calls it.
        subgraph_name: Of which subgraph it is, if the log says so.
        process: Id of the process that logged it, where that is not the head's; 0 if not known.
        language: Of code, where it is not Python.
    """

    url: str | UnsetType = field(default=UNSET, name="u")
    web: Literal[1] | UnsetType = field(default=UNSET, name="w")
    flags: int | UnsetType = field(default=UNSET, name="f")
    loader: int | str | UnsetType = field(default=UNSET, name="z")
    text_url: str | UnsetType = field(default=UNSET, name="t")
    text_bytes: int | UnsetType = field(default=UNSET, name="b")
    original_name: str | UnsetType = field(default=UNSET, name="o")
    subgraph_name: str | UnsetType = field(default=UNSET, name="s")
    process: int | UnsetType = field(default=UNSET, name="p")
    language: str | UnsetType = field(default=UNSET, name="l")


class Row(Struct, frozen=True, array_like=True, gc=False):
    """One artifact or link.

    Attributes:
        name: Of the file, or of the link.
        type: The place of its entry type among those of the data file.
        bytes: Of the file, or of the payload in a pack; null for a link.
        lines: Of its text; null for a link.
        line: The entry's, in its source.
    """

    name: str
    type: int
    bytes: int | None
    lines: int | None
    line: int


class RankedRow(Row, frozen=True, array_like=True, gc=False):
    """A row with a rank.

    Attributes:
        rank: That the entry names; null if it names none.
    """

    rank: int | None


class FullRow(RankedRow, frozen=True, array_like=True, gc=False):
    """A row with something unusual.

    Attributes:
        more: What it is.
    """

    more: RowMore


class Place(Struct, frozen=True, array_like=True):
    """Where an artifact is, or which compilation an entry without a file tells of.

    Attributes:
        shown: What its compile id is called.
        id: Its folder and name, percent-encoded: its permalink on the page. Empty without a file.
        name: Of its file. Empty without a file.
    """

    shown: str
    id: str
    name: str


class SizedPlace(Struct, frozen=True, array_like=True):
    """Where a large artifact is.

    Attributes:
        shown: What its compile id is called.
        id: Its folder and name, percent-encoded: its permalink on the page.
        name: Of its file.
        bytes: Of its payload.
    """

    shown: str
    id: str
    name: str
    bytes: int


class CountedReason(Struct, frozen=True):
    """Why something happened, and how often.

    Attributes:
        title: One line.
        place: Where in the user's code, or empty.
        count: How often.
        details: More lines, a few of those that there were.
        places: The first of those that gave it.
    """

    title: str
    place: str
    count: int
    details: list[str]
    places: list[Place]


class Reasons(Struct, frozen=True):
    """Distinct reasons of one sort.

    Attributes:
        entries: How many events there were, which an entry each or several tell of.
        unread: How many of them nothing readable gives a reason for.
        left_out: How often there were further reasons than those kept.
        reasons: The most frequent first.
    """

    entries: int
    unread: int
    left_out: int
    reasons: list[CountedReason]


class ProblemExample(Struct, frozen=True, array_like=True):
    """One line of ``problems.jsonl``.

    Attributes:
        source: The file that it is about.
        line: In it.
        message: What is wrong.
        excerpt: The beginning of the line.
    """

    source: str
    line: int
    message: str
    excerpt: str


class CountedProblem(Struct, frozen=True):
    """A sort of problem, and how often there was one.

    Attributes:
        slug: What it is.
        count: How often.
        flagged: How many artifacts have it as a flag.
        examples: The first ones.
        places: The first of those flagged.
    """

    slug: str
    count: int
    flagged: int
    examples: list[ProblemExample]
    places: list[Place]


class Known(Struct, frozen=True):
    """Of which events it is known that there are no others than those told.

    Attributes:
        failures: Of failed compilations.
        graph_breaks: Of graph breaks.
        recompiles: Of recompilations.
    """

    failures: bool
    graph_breaks: bool
    recompiles: bool


class Worth(Struct, frozen=True):
    """What most readers look for first.

    Attributes:
        failures: Why compilations failed.
        graph_breaks: Why there were any.
        recompiles: Why there were any.
        known: Which of these are all that there were.
        notes: Why others may be missing, and how the log was read where it is no ordinary one; a
            sentence each.
        problems: The most frequent first.
        largest: The largest artifacts, the largest first.
    """

    failures: Reasons
    graph_breaks: Reasons
    recompiles: Reasons
    known: Known
    notes: list[str]
    problems: list[CountedProblem]
    largest: list[SizedPlace]


class TraceLink(Struct, frozen=True):
    """One trace of several.

    Attributes:
        name: Of its folder.
        url: Of its folder, relative to the output, with a slash at the end.
        sources: What it was read from; the first of many.
        rank: As its entries or its place say; None if that is not known.
        process_ids: Those of its first entries.
        host: Where it was written, if that is known.
        copies: Files with the same bytes, which were not read, if there are any.
    """

    name: str
    url: str
    sources: list[str]
    rank: int | None
    process_ids: list[int]
    host: str | UnsetType = UNSET
    copies: list[str] | UnsetType = UNSET


class Traces(Struct, frozen=True):
    """The traces of a run.

    Attributes:
        version: Of the format of these files.
        traces: In the order of the run.
    """

    version: int
    traces: list[TraceLink]


class HeadCall(Struct, frozen=True, array_like=True):
    """What ``head`` takes."""

    head: Head


class OutlineCall(Struct, frozen=True, array_like=True):
    """What ``outline`` takes."""

    lines: list[OutlineLine]


class RowsCall(Struct, frozen=True, array_like=True):
    """What ``rows`` takes.

    Attributes:
        rows: In the order of the page.
        types: Entry types that rows name by their places here.
        flags: Sets of flags that rows name by their places here.
    """

    rows: list[Row]
    types: list[str]
    flags: list[tuple[str, ...]]


class WorthCall(Struct, frozen=True, array_like=True):
    """What ``worth`` takes."""

    worth: Worth


class TracesCall(Struct, frozen=True, array_like=True):
    """What ``traces`` takes."""

    traces: Traces


class PackCall(Struct, frozen=True, array_like=True):
    """What ``pack`` takes.

    Attributes:
        name: Of the pack, as its file has it.
        texts: The payloads.
    """

    name: str
    texts: list[str]


class DataFiles(Struct, frozen=True):
    """What the page's functions take: each data file is one call of one of them."""

    head: HeadCall
    outline: OutlineCall
    rows: RowsCall
    worth: WorthCall
    traces: TracesCall
    pack: PackCall
