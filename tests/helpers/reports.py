"""What tests of the report make it of, and how they read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from artifact_stream.disk.directories import Directory, open_inside
from artifact_stream.handlers.base import Handler
from artifact_stream.handlers.registry import built_in
from artifact_stream.index.kinds import PageOrder, built_in_order
from artifact_stream.index.lines import IndexEntry
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import TraceSummary
from artifact_stream.report.frames import Totals
from artifact_stream.report.part import Part, ReportedTrace


def values_of(path: Path) -> list[Any]:
    """The values that a data file hands to the page."""
    text = path.read_text(encoding="utf-8")
    match = re.fullmatch(r"artifactStream\.\w+\((.*)\);\n", text, re.DOTALL)
    assert match, path
    # JavaScript allows a comma behind the last value, JSON does not.
    return json.loads("[" + re.sub(r",\n\]", "\n]", match[1]) + "]")


def per_kind(kinds: Iterable[Handler] | None = None, **counts: int) -> list[int]:
    """How many entries of each kind, in the order of the page, given those that there are."""
    names = [kind.name for kind in kinds or built_in().on_page]
    assert counts.keys() <= set(names)
    return [counts.get(name, 0) for name in names]


def index_entry(name: str, entry_type: str = "graph_dump", **fields: Any) -> IndexEntry:
    """A line of an index, of a text of ten bytes in compile id 0/0 unless the fields say more."""
    known: dict[str, Any] = {
        "compile_id": "0_0_0", "url": f"0_0_0/{name}", "rank": None, "bytes": 10,
        "lazy_loader": None, "line": 1,
    }  # fmt: skip
    return IndexEntry(name=name, type=entry_type, **(known | fields))


def link_entry(name: str, url: str) -> IndexEntry:
    """A line of an index for a link."""
    return index_entry(name, "link", url=url, bytes=None)


@contextmanager
def reported_trace(
    root: Path, *, counts: TraceCounts | None = None, order: PageOrder | None = None
) -> Iterator[ReportedTrace]:
    """A single trace that a report is to be made of, and whose folder is there."""
    summary = TraceSummary(".", ["t.log"], counts or TraceCounts(), 0.0)
    (root / "report").mkdir()
    with Directory.at(str(root / "report")) as folder:
        yield ReportedTrace(
            folder,
            summary,
            "t.log",
            "torch.compile trace",
            Totals(entries=1, files=2, size=3, skipped=4, problems=5),
            lambda path: open_inside(str(root), path),
            order or built_in_order(),
        )


def fill(part: Part, groups: dict[str, list[IndexEntry]]) -> None:
    """Give a part all entries, as a report does."""
    for key, entries in groups.items():
        part.begin_group(key)
        for entry in entries:
            part.add(entry)
        part.end_group()
    part.finish()
