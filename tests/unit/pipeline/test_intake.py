"""What is counted of each entry, and what it is handed on as."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from artifact_stream.entries import Entry
from artifact_stream.errors import OutputUnusable, Problem
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler, Link
from artifact_stream.output.counts import SkipReason, TraceCounts
from artifact_stream.pipeline.in_flight import KeptFile, ListedLink, Planned, PlannedFile
from artifact_stream.pipeline.intake import Intake
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.stop import Interrupted
from artifact_stream.writers import ClaimedName

FACTS = ["a fact"]


class Work(list):
    """What is handed on."""

    finished = 0

    def add(self, item):
        self.append(item)

    def submit(self, item, task, payload):
        self.append(item)

    def finish(self):
        self.finished += 1


class Facts(list):
    """What is added, with its URL."""

    told = None

    def read(self, _entry):
        return self.told

    def add(self, facts, url):
        self.append((facts, url))


class Store:
    error = None

    def plan(self, _entry, artifact, kind=None):
        if self.error:
            raise self.error
        name = ClaimedName("0_0_0", artifact.name, made_safe=False, repeated=False)
        return Planned(artifact, name, RenderTask(1, artifact.content, None), has_text=True), None


class Trial:
    """An intake, with all that it uses in view."""

    def __init__(self, described=None, *, skips=None, kept=None):
        def describe(_entry):
            if isinstance(described, BaseException):
                raise described
            return described

        handler = Handler(
            name="mine", title="Mine", entry_types=("x",), describe=describe,
            documentation=Documentation("", ""),
        )  # fmt: skip
        self.counts, self.store, self.work, self.facts = TraceCounts(), Store(), Work(), Facts()
        self.intake = Intake(
            SimpleNamespace(choose=lambda _: skips or handler),
            self.counts,
            self.store,
            SimpleNamespace(take=lambda _: None, kept=lambda *_: kept),
            self.work,
            None,
            self.facts,
        )

    def take(self, **fields):
        self.intake.take(Entry("x", "0_0_0", **fields))


FILE = Artifact("a b", Content.TEXT)


def test_a_line_that_is_no_entry_is_read_and_a_problem():
    trial = Trial()
    problem = Problem("broken_line", "Why.", "t.log", 1, 0, "", False)
    trial.intake.take(problem)
    assert (trial.counts.entries_read, trial.work) == (1, [problem])


def test_an_entry_that_is_not_wanted_is_skipped_for_a_reason():
    trial = Trial(skips=SkipReason.NOT_SELECTED)
    trial.take()
    assert (trial.counts.entries_read, trial.counts.skipped) == (1, {"not_selected": 1})
    assert (trial.counts.told, trial.work, trial.facts) == ({}, [], [])


def test_an_entry_that_is_not_wanted_and_tells_something_is_told():
    trial = Trial(skips=SkipReason.NOT_SELECTED)
    trial.facts.told = FACTS
    trial.take()
    assert (trial.counts.entries_read, trial.counts.told, trial.counts.skipped) == (1, {"x": 1}, {})
    assert trial.facts == [(FACTS, None)]


def test_facts_name_the_file_of_their_entry():
    trial = Trial(FILE)
    trial.facts.told = FACTS
    trial.take()
    [item] = trial.work
    assert isinstance(item, PlannedFile)
    assert trial.facts == [(FACTS, "0_0_0/a%20b.txt")]
    assert (trial.counts.entries_read, trial.counts.by_type["x"].entries) == (1, 1)


def test_a_file_that_is_there_is_not_made_again():
    trial = Trial(FILE, kept=Rendered(1, Outcome.STAGED))
    trial.take()
    assert [type(item) for item in trial.work] == [KeptFile]


def test_a_link_is_listed_and_has_no_file():
    trial = Trial(Link("l", "https://x/"))
    trial.take()
    assert [type(item) for item in trial.work] == [ListedLink]
    assert trial.facts == [(None, None)]


def test_a_handler_that_fails_costs_its_entry():
    trial = Trial(ValueError("of mine"))
    trial.take()
    [problem] = trial.work
    assert problem.slug == "handler_failed"
    assert problem.message == "The handler mine failed: ValueError: of mine"


@pytest.mark.parametrize("error", [OutputUnusable("full"), Interrupted()])
def test_what_ends_a_run_is_no_failure_of_a_handler(error):
    trial = Trial(FILE)
    trial.store.error = error
    with pytest.raises(type(error)):
        trial.take()
    assert (trial.work, trial.facts) == ([], [])
    assert trial.counts.entries_read == (0 if isinstance(error, Interrupted) else 1)


def test_entries_with_long_names_do_not_wait():
    trial = Trial(Artifact("a", Content.TEXT, original_name="n" * 5000))
    trial.take()
    assert trial.work.finished == 1
