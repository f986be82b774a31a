"""The second half: files get their names, the index its lines, the counts what became of each."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from artifact_stream.entries import Entry
from artifact_stream.errors import OutputUnusable, Problem
from artifact_stream.handlers.base import Artifact, Content, Link
from artifact_stream.output.counts import TraceCounts
from artifact_stream.pipeline.in_flight import (
    KeptFile,
    ListedLink,
    PackedPayload,
    Place,
    Planned,
    PlannedFile,
)
from artifact_stream.pipeline.listing import Listing
from artifact_stream.pipeline.publishing import Publisher
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.writers import ClaimedName

ENTRY = Entry("t", "0_0_0", source="a.log", line=7, first_line=b"V1123 {}")


class Lines:
    """An index or a list of problems; what happens goes to a journal that all share."""

    def __init__(self, name, journal):
        self.name, self.journal, self.lines = name, journal, []
        self.is_closed = False

    def add_line(self, text):
        assert text.endswith(b"\n")
        assert text.count(b"\n") == 1
        self.journal.append(f"{self.name} line")
        self.lines.append(json.loads(text))

    def add(self, value):
        self.journal.append(f"{self.name} line")
        self.lines.append(value)

    def cut_unless_next_is(self, text):
        self.journal.append("compare")

    def cut(self):
        self.journal.append("cut")

    def close(self):
        self.is_closed = True


class Trial:
    """A publisher and what it does, in order, in `journal`."""

    def __init__(self, *, pack_is_there=False):
        self.journal = []
        self.counts = TraceCounts()
        self.index = Lines("index", self.journal)
        self.problems = Lines("problems", self.journal)
        store = SimpleNamespace(
            keep=lambda planned: self.journal.append("keep"),
            holds_pack=lambda pack: pack_is_there,
            keep_pack=lambda pack: self.journal.append("keep pack"),
        )
        self.publisher = Publisher(
            store, Listing(several_files=False), self.counts, self.index, self.problems
        )


def planned(content=Content.TEXT, **facts):
    name = ClaimedName("0_0_0", "a", facts.get("made_safe", False), facts.get("repeated", False))
    return Planned(Artifact("a", content), name, RenderTask(1, content, None), True)


def rendered(outcome=Outcome.STAGED, **facts):
    return Rendered(1, outcome, bytes=5, lines=1, digest="xxh3_128:0", **facts)


def test_a_file_has_its_name_before_a_line_says_so():
    trial = Trial()
    trial.publisher.publish_made(PlannedFile(ENTRY, planned()), rendered())
    assert trial.journal == ["compare", "keep", "index line"]
    assert trial.index.lines[0]["url"] == "0_0_0/a.txt"
    counts = trial.counts
    assert (counts.files, counts.entries_written, counts.written_bytes) == (1, 1, 5)
    assert (counts.by_type["t"].written, counts.by_type["t"].written_bytes) == (1, 5)


def test_a_page_is_two_files_and_the_bytes_of_both():
    trial = Trial()
    result = rendered(text_bytes=3, text_digest="xxh3_128:1")
    trial.publisher.publish_made(PlannedFile(ENTRY, planned(Content.CODE_PAGE)), result)
    assert (trial.counts.files, trial.counts.written_bytes) == (2, 8)
    assert trial.index.lines[0]["text_url"] == "0_0_0/a.txt"


def test_a_file_that_is_there_is_listed_and_not_touched():
    trial = Trial()
    trial.publisher.publish(KeptFile(ENTRY, planned(), rendered()))
    assert trial.journal == ["compare", "index line"]
    assert (trial.counts.files, trial.counts.entries_written) == (1, 1)


def test_a_link_is_a_line_and_no_file():
    trial = Trial()
    trial.publisher.publish(ListedLink(ENTRY, Link("l", "javascript:x")))
    counts = trial.counts
    assert (counts.links, counts.files, counts.entries_written) == (1, 0, 1)
    assert counts.flags == {"unsafe_url": 1}


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.STAGED])
def test_what_could_not_be_rendered_is_a_problem_and_no_line(outcome):
    trial = Trial()
    trial.publisher.publish_made(PlannedFile(ENTRY, planned()), rendered(outcome, message="Why."))
    assert trial.journal == ["problems line"]
    [problem] = trial.problems.lines
    assert (problem.slug, problem.message, problem.line) == (outcome.value, "Why.", 7)
    counts = trial.counts
    assert (counts.entries_unusable, counts.entries_written, counts.files) == (1, 0, 0)
    assert counts.problems == {outcome.value: 1}


def test_a_flaw_of_a_file_that_was_made_costs_no_entry():
    trial = Trial()
    flawed = rendered(digest_matches=False, json_error="is no JSON", message="It died.")
    item = PlannedFile(ENTRY, planned(made_safe=True, repeated=True))
    trial.publisher.publish_made(item, flawed)
    counts = trial.counts
    assert (counts.entries_unusable, counts.entries_written) == (0, 1)
    slugs = {"invalid_json", "payload_md5_mismatch", "worker_died"}
    assert set(counts.problems) == slugs == {line.slug for line in trial.problems.lines}
    assert set(counts.flags) == {"renamed", "repeated", "invalid_json", "payload_md5_mismatch"}


@pytest.mark.parametrize("is_written", [True, False])
def test_a_problem_costs_an_entry_only_if_it_says_so(is_written):
    trial = Trial()
    trial.publisher.publish(Problem("broken_line", "Why.", "a.log", 1, 0, "", is_written))
    assert trial.counts.entries_unusable == (0 if is_written else 1)
    assert trial.counts.problems == {"broken_line": 1}


class Pack:
    path = "packs/000001.js"
    is_published = False

    def __init__(self, journal):
        self.file = SimpleNamespace(discard=lambda: journal.append("discard"))


@pytest.mark.parametrize("is_there", [False, True])
def test_a_pack_gets_its_name_once_before_the_first_line_that_points_to_it(is_there):
    trial = Trial(pack_is_there=is_there)
    pack = Pack(trial.journal)
    for position in range(2):
        place = Place(pack, position, "loader.renderCode", None)
        trial.publisher.publish_made(PackedPayload(ENTRY, planned(), place), rendered())
    named = ["discard"] if is_there else ["cut", "keep pack"]
    assert trial.journal == ["compare", *named, "index line", "compare", "index line"]
    assert (trial.counts.files, trial.counts.entries_written) == (1, 2)
    urls = [line["url"] for line in trial.index.lines]
    assert urls == ["packs/000001.js#0", "packs/000001.js#1"]


def test_no_line_is_written_of_a_file_that_could_not_be_named():
    trial = Trial()

    def keep(planned):
        raise OutputUnusable("The disk is full.")

    trial.publisher._store.keep = keep
    with pytest.raises(OutputUnusable), trial.publisher:
        trial.publisher.publish_made(PlannedFile(ENTRY, planned()), rendered())
    assert trial.index.lines == []
    assert trial.counts.entries_written == 0
    assert trial.index.is_closed
    assert trial.problems.is_closed


def test_both_lists_are_closed_even_if_the_first_cannot_be():
    trial = Trial()

    def fail():
        raise OutputUnusable("The disk is full.")

    trial.index.close = fail
    with pytest.raises(OutputUnusable), trial.publisher:
        pass
    assert trial.problems.is_closed
