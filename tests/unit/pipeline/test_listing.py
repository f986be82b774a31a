"""Lines of the index, and what is a problem with an entry."""

from __future__ import annotations

import json

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Link, Scope
from artifact_stream.pipeline.in_flight import Planned
from artifact_stream.pipeline.listing import Listing, entry_problem, problems_with, text_of
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.writers import ClaimedName

ENTRY = Entry(
    "graph_dump", "0_0_0", rank=3, source="t.log", line=7, offset_bytes=90, first_line=b"V1 x"
)


def planned(content=Content.TEXT, *, made_safe=False, repeated=False, has_text=True, **artifact):
    name = ClaimedName("0_0_0", "a b", made_safe, repeated)
    task = RenderTask(1, content, None)
    return Planned(Artifact("a/b", content, **artifact), name, task, has_text)


def rendered(**fields):
    return Rendered(1, Outcome.STAGED, bytes=5, lines=2, digest="md5:x", **fields)


def line_of(plan, made, *, several_files=False):
    line = Listing(several_files=several_files).of_file(ENTRY, plan, made)
    return json.loads(text_of(line))


def test_a_file_is_listed_with_its_place_and_its_entrys():
    assert line_of(planned(), rendered()) == {
        "compile_id": "0_0_0", "name": "a b.txt", "url": "0_0_0/a%20b.txt", "type": "graph_dump",
        "rank": 3, "bytes": 5, "lazy_loader": None, "line": 7, "lines": 2, "digest": "md5:x",
        "flags": [],
    }  # fmt: skip


def test_the_text_beside_a_page_is_listed_with_it():
    line = line_of(planned(Content.CODE_PAGE), rendered(text_bytes=4, text_digest="md5:y"))
    assert (line["url"], line["text_url"]) == ("0_0_0/a%20b.html", "0_0_0/a%20b.txt")
    assert (line["text_bytes"], line["text_digest"]) == (4, "md5:y")


def test_the_source_is_named_where_there_are_several():
    assert line_of(planned(), rendered(), several_files=True)["source"] == "t.log"


@pytest.mark.parametrize(
    ("plan", "made", "flags"),
    [
        (planned(made_safe=True, repeated=True), rendered(), ["renamed", "repeated"]),
        (planned(flags=("own",)), rendered(digest_matches=False), ["own", "payload_md5_mismatch"]),
        (planned(), rendered(json_error="is none"), ["invalid_json"]),
        (planned(may_be_text=True), rendered(json_error="is none"), []),
        (planned(has_text=False), rendered(json_error="is none"), []),
    ],
)
def test_flags_say_what_is_unusual(plan, made, flags):
    line = line_of(plan, made)
    assert line["flags"] == flags
    assert ("original_name" in line) == ("renamed" in flags)


def test_dump_files_belong_to_no_compile_id():
    assert line_of(planned(scope=Scope.DUMP_FILE), rendered())["compile_id"] == "__global__"


@pytest.mark.parametrize(
    ("url", "flags"), [("https://x/", ()), ("javascript:alert(1)", ("unsafe_url",))]
)
def test_a_link_has_no_size_and_is_live_on_the_web_alone(url, flags):
    line = Listing(several_files=False).of_link(Entry("link"), Link("l", url))
    assert (line.url, line.flags, line.bytes) == (url, flags, None)
    assert line.compile_id == "unknown"


def test_each_problem_with_a_file_is_a_sentence():
    assert problems_with(planned(), rendered()) == {}
    made = rendered(json_error="is none", digest_matches=False, message="A worker died.")
    problems = problems_with(planned(), made)
    assert list(problems) == ["invalid_json", "payload_md5_mismatch", "worker_died"]
    assert problems["invalid_json"] == "The payload is none."
    assert "invalid_json" not in problems_with(planned(may_be_text=True), made)


def test_a_problem_with_an_entry_says_where_it_stands():
    problem = entry_problem(ENTRY, "handler_failed", "Why.", entry_written=False)
    assert (problem.source, problem.line, problem.offset_bytes) == ("t.log", 7, 90)
    assert problem.excerpt == "V1 x"
