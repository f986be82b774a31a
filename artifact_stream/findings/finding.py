"""A finding: something that a reader of a trace may want to mend, and where it shows."""

from __future__ import annotations

import re
from enum import Enum

import msgspec

from artifact_stream.facts.fact import Frame

MAX_COMPILE_IDS = 1000
MAX_PLACES = 50
MAX_EVIDENCE = 50
MAX_VALUES = 20
MAX_RANKS = 4096


class FindingKind(Enum):
    """What sort of thing was found; the values are the names in ``findings.json``."""

    FAILURE = "failure"
    GRAPH_BREAK = "graph_break"
    RECOMPILATION = "recompilation"
    CACHE_BYPASS = "cache_bypass"


class Severity(Enum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Cause(Enum):
    """Whose it is to mend a graph break, as torch's hints tell."""

    USER = "user"
    SUPPORTABLE = "supportable"
    FUNDAMENTAL = "fundamental"
    EARLIER_BREAK = "earlier_break"
    BUG = "bug"
    DIFFICULT = "difficult"


class Where(msgspec.Struct, frozen=True):
    """A place in somebody's code.

    Attributes:
        file: None where the log does not say, as for the others.
        line: From 1.
        function: The function that the line stands in.
        code: The line's text.
    """

    file: str | None = None
    line: int | None = None
    function: str | None = None
    code: str | None = None


class Place(Where, frozen=True):
    """A place, and how often a finding was met there."""

    count: int = 1

    @classmethod
    def of(cls, where: Where) -> Place:
        """The place of one case."""
        return cls(where.file, where.line, where.function, where.code)


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry that tells of a finding.

    Attributes:
        url: Its file, relative to the trace's folder, percent-encoded; None if it has none.
        line: Its line in the log.
        source: The file that `line` counts in, where the trace has several.
        trace: The folder of the trace, in the file of a run of several.
    """

    url: str | None
    line: int
    source: str | None = None
    trace: str | None = None


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a guard expected and what was there.

    Attributes:
        from_id: The earlier compilation, as it is shown; None where the log does not say.
        to_id: The later one.
        before: What was expected.
        after: What was there.
        symbol: The symbol that stands for it from then on: ``s27``.
        range: What that may be: ``[2, int_oo]``.
    """

    from_id: str | None = None
    to_id: str | None = None
    before: str | None = None
    after: str | None = None
    symbol: str | None = None
    range: str | None = None


class Finding(msgspec.Struct, kw_only=True):
    """A member of ``findings`` in ``findings.json``.

    Attributes:
        kind: See `FindingKind`.
        severity: See `Severity`.
        key: What the same thing is called in another run: no line, no path of a machine, no number
            that changes from run to run.
        title: One line.
        count: How often it was met.
        compile_ids: Where, as they are shown; up to `MAX_COMPILE_IDS`.
        compile_ids_left_out: How many more there are.
        ranks: The ranks of the traces that have it, None for a single trace.
        traces: The folders of these traces, None for a single trace; up to `MAX_RANKS`.
        where: The nearest frame of the user's code; None where the log has none.
        places: Each such frame, with its count; up to `MAX_PLACES`.
        stack: The frames that led to the first of them, the innermost last.
        cause: Of a graph break, see `Cause`; of a recompilation, what sort of guard failed.
        reason: torch's own explanation.
        advice: What one might do, as torch says it; of recompilations, as its docs do.
        number: torch's own for the sort of graph break: ``gb0059``.
        seconds: Of a failure, a recompilation: what the compilations took; of a graph break: what
            was thrown away.  None where it is not logged.
        changes: Of a recompilation, what has changed; up to `MAX_VALUES`.
        evidence: Entries that tell of it; up to `MAX_EVIDENCE`.
    """

    kind: FindingKind
    severity: Severity
    key: str
    title: str
    count: int = 1
    compile_ids: list[str] = msgspec.field(default_factory=list)
    compile_ids_left_out: int = 0
    ranks: list[int] | None = None
    traces: list[str] | msgspec.UnsetType = msgspec.UNSET
    where: Where | None = None
    places: list[Place] = msgspec.field(default_factory=list)
    stack: tuple[Frame, ...] = ()
    cause: str | None = None
    reason: str | None = None
    advice: tuple[str, ...] = ()
    number: str | None = None
    seconds: float | None = None
    changes: list[Change] = msgspec.field(default_factory=list)
    evidence: list[Evidence] = msgspec.field(default_factory=list)

    def add(self, other: Finding) -> None:
        """Add another case of the same finding."""
        self.count += other.count
        self._add_compile_ids(other)
        for place in other.places:
            self._add_place(place)
        if self.where is None:
            self.where, self.stack = other.where, other.stack
        self.stack = self.stack or other.stack
        self.reason = self.reason or other.reason
        self.advice = self.advice or other.advice
        self.number = self.number or other.number
        if other.seconds is not None:
            self.seconds = round((self.seconds or 0.0) + other.seconds, 9)
        new = [change for change in other.changes if change not in self.changes]
        self.changes += new[: max(0, MAX_VALUES - len(self.changes))]
        self.evidence += other.evidence[: max(0, MAX_EVIDENCE - len(self.evidence))]
        self._add_traces(other)

    def _add_compile_ids(self, other: Finding) -> None:
        known = set(self.compile_ids)
        new = [shown for shown in other.compile_ids if shown not in known]
        room = max(0, MAX_COMPILE_IDS - len(self.compile_ids))
        self.compile_ids += new[:room]
        self.compile_ids_left_out += len(new[room:]) + other.compile_ids_left_out

    def _add_traces(self, other: Finding) -> None:
        if other.ranks is not None:
            self.ranks = sorted({*(self.ranks or ()), *other.ranks})[:MAX_RANKS]
        if isinstance(other.traces, list) and isinstance(self.traces, list):
            new = [name for name in other.traces if name not in self.traces]
            self.traces += new[: max(0, MAX_RANKS - len(self.traces))]

    def _add_place(self, place: Place) -> None:
        for n, known in enumerate(self.places):
            if (known.file, known.line, known.function) == (place.file, place.line, place.function):
                count = known.count + place.count
                self.places[n] = msgspec.structs.replace(
                    known, count=count, code=known.code or place.code
                )
                return
        if len(self.places) < MAX_PLACES:
            self.places.append(place)


_RESUMED = re.compile(r"^torch_dynamo_resume_in_(?P<function>.+)_at_\d+$")
_CHANGING = re.compile(r"0x[0-9a-fA-F]+|\d{3,}|[0-9a-f]{8}(?:[_-][0-9a-f]{4}){3}[_-][0-9a-f]{12}")
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][^/\\\s'\":,()]+){2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WORD = re.compile(r"[a-z0-9_]+")


def key_of(what: str, file: str | None, function: str | None) -> str:
    """What a finding is called in any run: ``gb0059:gen.py:f``."""
    name = "" if file is None else re.split(r"[/\\]", file)[-1]
    parts = (what, steady(name), steady(plain_function(function or "")))
    return _CONTROL.sub(" ", ":".join(parts))


def plain_function(name: str) -> str:
    """The function that a part of one, which torch resumes behind a graph break, comes from."""
    while (found := _RESUMED.match(name)) is not None:
        name = found["function"]
    return name


def steady(text: str) -> str:
    """A text without what changes from run to run: addresses, ids, paths of a machine."""
    return _CHANGING.sub("*", _PATH.sub(lambda path: re.split(r"[/\\]", path[0])[-1], text))


def slug(text: str) -> str:
    """A title as part of a key: the words of its beginning."""
    return "_".join(_WORD.findall(steady(text).lower())[:8])
