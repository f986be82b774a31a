"""Each part of a report writes what it says, once it is finished, and nothing after an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from artifact_stream.layout import REPORT_FILES, TRACES_FILE, is_report_file
from artifact_stream.report.part import Part
from artifact_stream.report.registry import PARTS
from tests.helpers.reports import fill, index_entry, link_entry, reported_trace

GROUPS = {
    "0_0_0": [index_entry("a.txt", bytes=n) for n in range(2500)],
    "__global__": [],
    "1_0_0": [link_entry("l", "https://x")],
}
FORMATS = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def problems(tmp_path):
    (tmp_path / "problems.jsonl").write_bytes(b"")


def test_the_layout_knows_the_files_of_all_parts_and_no_others():
    assert sorted([name for part in PARTS for name in part.files] + [TRACES_FILE]) == sorted(
        REPORT_FILES
    )
    for name in REPORT_FILES:
        assert is_report_file(name.format(12))
        assert f"| `{name.format('N')}` |" in FORMATS


@pytest.mark.parametrize("part_class", PARTS, ids=lambda part: part.__name__)
def test_a_part_writes_the_files_that_it_names(part_class: type[Part], tmp_path):
    patterns = [re.escape(name).replace(r"\{\}", r"\d+") for name in part_class.files]
    with reported_trace(tmp_path) as trace:
        part = part_class(trace)
        fill(part, GROUPS)
        links = [link.url for link in part.links()]
    written = [path.name for path in (tmp_path / "report").iterdir()]
    for pattern in patterns:
        assert any(re.fullmatch(pattern, name) for name in written), pattern
    for name in written:
        assert any(re.fullmatch(pattern, name) for pattern in patterns), name
    assert all((tmp_path / url).is_file() for url in links)


@pytest.mark.parametrize("part_class", PARTS, ids=lambda part: part.__name__)
def test_a_part_that_is_abandoned_leaves_nothing_half_done(part_class: type[Part], tmp_path):
    with reported_trace(tmp_path) as trace:
        part = part_class(trace)
        part.begin_group("0_0_0")
        part.add(index_entry("a.txt"))
        part.abandon()
        part.abandon()
    assert not [path for path in (tmp_path / "report").iterdir() if path.suffix != ".part"]
