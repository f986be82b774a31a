"""A report asks each of its parts in turn; after an error all of them let go."""

from __future__ import annotations

from typing import ClassVar

import pytest

from artifact_stream.index.kinds import built_in_order
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import TraceSummary
from artifact_stream.report import pages
from artifact_stream.report.frames import FileLink
from artifact_stream.report.part import Part, ReportedTrace
from tests.helpers.reports import index_entry


class Recorder:
    """A part that notes what it is asked."""

    files: ClassVar[tuple[str, ...]] = ()
    asked: ClassVar[list[str]] = []
    fails_at: ClassVar[str] = ""

    def __init__(self, trace: ReportedTrace) -> None:
        self._note(f"{trace.title} {len(trace.order.kinds)}")

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if what == self.fails_at:
            raise KeyError(what)

    def begin_group(self, key: str) -> None:
        self._note(key)

    def add(self, entry) -> None:
        self._note(entry.name)

    def end_group(self) -> None:
        self._note("end")

    def finish(self) -> None:
        self._note("finish")

    def abandon(self) -> None:
        self._note("abandon")

    def links(self) -> list[FileLink]:
        self._note("links")
        return [FileLink("to a part", "report/part.html")]


@pytest.fixture
def asked(monkeypatch):
    parts: tuple[type[Part], ...] = (Recorder,)
    monkeypatch.setattr(pages, "PARTS", parts)
    monkeypatch.setattr(Recorder, "asked", [])
    return Recorder


def write(tmp_path) -> None:
    groups = [("0_0_0", iter([index_entry("a"), index_entry("b")])), ("1_0_0", iter(()))]
    pages.write_trace_report(
        str(tmp_path), TraceSummary(".", ["t.log"], TraceCounts(), 0.0), iter(groups)
    )


def test_a_part_sees_all_entries_in_order(asked, tmp_path):
    write(tmp_path)
    kinds = len(built_in_order().kinds)
    assert asked.asked == [
        f"t.log {kinds}", "0_0_0", "a", "b", "end", "1_0_0", "end", "finish", "links",
    ]  # fmt: skip
    assert '<a href="report/part.html">to a part</a>' in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize("place", ["0_0_0", "b", "end", "finish"])
def test_an_error_anywhere_lets_go_of_all_and_writes_no_page(place, asked, monkeypatch, tmp_path):
    monkeypatch.setattr(Recorder, "fails_at", place)
    with pytest.raises(KeyError):
        write(tmp_path)
    assert asked.asked[-2:] == [place, "abandon"]
    assert not (tmp_path / "index.html").exists()
