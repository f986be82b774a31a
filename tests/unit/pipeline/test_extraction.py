"""One trace: entries in; files, lines, problems and counts out.  The reader is a made one."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from artifact_stream.entries import Entry
from artifact_stream.errors import InputUnusable, Problem
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.layout import ROOT, TraceFolder
from artifact_stream.options import Options
from artifact_stream.output.counts import SkipReason
from artifact_stream.pipeline import intake
from artifact_stream.pipeline.extraction import TraceExtraction
from artifact_stream.pipeline.processes import workers
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.resuming import start_of
from artifact_stream.rendering.perform import perform
from artifact_stream.sources.position import FilePosition
from artifact_stream.stop import StopRequest
from tests.helpers.support import jsonl, open_descriptors


class Reader:
    """Gives the items that it is made of; functions among them are called in their turn."""

    last_may_be_cut = False
    keeps_place = False

    def __init__(self, *items):
        self.items = items
        self.waiting = SimpleNamespace(preceded_by=self.preceded_by)
        self.is_closed = False
        self.finish = None
        self.notes = {}

    @contextmanager
    def preceded_by(self, finish):
        self.finish = finish
        yield

    def entries(self, passed_over, scratch_folder, start=None):
        self.passed_over = passed_over
        for item in self.items:
            if callable(item):
                item(self)
            else:
                yield item

    def positions(self):
        return None

    def close(self):
        self.is_closed = True


TRACE = SimpleNamespace(
    name="trace",
    files=(SimpleNamespace(label="a.log", path="a.log"),),
    about=SimpleNamespace(rank=None, process_ids=(), host=None, copies=()),
)


def entry(name, line=1, entry_type="artifact", **fields):
    fields = {"payload": IndentedText(b"\ttext"), "has_payload": True, **fields}
    metadata = {"name": name, "encoding": "string"}
    return Entry(entry_type, "0_0_0", metadata=metadata, source="a.log", line=line, **fields)


@pytest.fixture
def extract(tmp_path):
    """Makes an extraction and has it run; all is let go of at the end."""
    made = []

    def start(reader, *, folder=ROOT, pool=None, progress=None, stop=None, **options):
        extraction = TraceExtraction(
            TRACE, str(tmp_path), folder, Options(**options), progress or RunProgress(), pool,
            stop=stop,
        )  # fmt: skip
        made.append(extraction)
        return extraction, extraction.run(reader)

    before = open_descriptors()
    yield start
    for extraction in made:
        if extraction.is_complete:
            extraction.close()
    assert open_descriptors() == before


def test_each_entry_is_written_told_skipped_or_a_problem_and_the_four_add_up(extract, tmp_path):
    reader = Reader(
        entry("good"),
        Problem("broken_line", "Why.", "a.log", 2, 0, "", entry_written=False),
        entry("fx_graph_cache_hit", 3),
        entry("again", 4),
        lambda self: self.passed_over.count("chromium_event", 10),
    )
    extraction, summary = extract(reader)
    counts = summary.counts
    assert extraction.is_complete
    assert reader.is_closed
    assert (counts.entries_read, counts.entries_written, counts.entries_unusable) == (5, 2, 1)
    assert counts.skipped == {"other_module": 1}
    assert counts.told == {"artifact": 1}
    assert counts.by_type["chromium_event"].source_bytes == 10
    names = [line["name"] for line in jsonl(tmp_path / "directory.jsonl")]
    assert names == ["good.txt", "again.txt"]
    assert [line["slug"] for line in jsonl(tmp_path / "problems.jsonl")] == ["broken_line"]


def test_a_trace_without_entries_has_an_empty_index(extract, tmp_path):
    extraction, summary = extract(Reader(), folder=TraceFolder("rank0"))
    assert extraction.is_complete
    assert (summary.folder, summary.counts.entries_read) == ("rank0", 0)
    assert (tmp_path / "rank0" / "directory.jsonl").read_bytes() == b""


def test_the_size_of_an_entry_is_counted_once_it_is_known(extract):
    first, second = entry("a", source_bytes=1), entry("b", 2, source_bytes=1)

    def grow(item):
        return lambda reader: setattr(item, "source_bytes", 100)

    _, summary = extract(Reader(first, grow(first), second, grow(second)))
    assert summary.counts.by_type["artifact"].source_bytes == 200


def test_a_stop_ends_it_between_two_entries_with_lists_that_are_whole(extract, tmp_path):
    stop = StopRequest()

    def ask(reader):
        with stop.deferred():
            stop.ask(15)

    reader = Reader(entry("a"), ask, entry("b", 2), entry("c", 3))
    reader.positions = lambda: [FilePosition()]
    extraction, summary = extract(reader, stop=stop)
    assert not extraction.is_complete
    assert summary.counts.entries_written == listed(tmp_path) == 1
    extraction.close()
    # What it takes to resume is kept.
    assert (tmp_path / ".artifact-stream" / "checkpoint").exists()


def test_an_error_of_the_source_lets_go_of_everything(tmp_path):
    def fail(reader):
        raise InputUnusable("The disk is faulty.")

    before = open_descriptors()
    reader = Reader(entry("a"), fail)
    extraction = TraceExtraction(TRACE, str(tmp_path), ROOT, Options(), RunProgress())
    with pytest.raises(InputUnusable):
        extraction.run(reader)
    assert reader.is_closed
    assert not extraction.is_complete
    assert open_descriptors() == before
    assert len(jsonl(tmp_path / "directory.jsonl")) == 1


class SlowPool:
    """Takes every job, and does the oldest only when it is waited for."""

    peak_memory_bytes = 0
    is_worth_it = True

    def __init__(self):
        self.jobs = []
        self.place = None

    def work_in(self, out, folders):
        self.place = (out, folders)

    def note_work_here(self, seconds):
        raise AssertionError("All is done by the pool.")

    def offer(self, job):
        self.jobs.append(job)
        return True

    def poll(self):
        pass

    def wait(self):
        job = self.jobs.pop(0)
        job.rendered = perform(job.task, None, job.staging)


def listed(folder):
    return len(jsonl(folder / "directory.jsonl"))


def test_what_is_on_its_way_is_finished_while_a_pipe_is_waited_for(extract, tmp_path):
    pool, seen = SlowPool(), []

    def wait(reader):
        seen.append(listed(tmp_path))
        reader.finish()
        seen.append(listed(tmp_path))

    extract(Reader(entry("a"), entry("b", 2), wait, entry("c", 3)), pool=pool)
    assert seen == [0, 2]
    assert listed(tmp_path) == 3
    assert pool.place == (str(tmp_path), [".artifact-stream"])


def test_long_names_do_not_wait_in_memory(extract, tmp_path):
    seen = []

    def look(reader):
        seen.append(listed(tmp_path))

    long_type = "t" * (intake._MAX_WAITING_CHARS + 1)
    reader = Reader(entry("a"), look, entry("b", 2, entry_type=long_type), look)
    extract(reader, pool=SlowPool())
    assert seen == [0, 2]


def test_one_process_and_a_pool_make_the_same_index(extract, tmp_path):
    indexes = []
    for name, pool in (("one", None), ("pool", SlowPool())):
        reader = Reader(*(entry("same", line) for line in range(1, 5)))
        extract(reader, folder=TraceFolder(name), pool=pool)
        indexes.append((tmp_path / name / "directory.jsonl").read_bytes())
    assert indexes[0] == indexes[1]
    assert indexes[0].count(b"\n") == 4


def test_a_run_in_one_process_has_no_workers():
    with workers(1, RunProgress()) as pool:
        assert pool is None


def test_a_trace_that_nobody_has_begun_starts_at_its_beginning():
    start = start_of(None)
    assert (start.positions, start.planned, start.packs, start.passed_over) == ([], 0, 0, {})
    start.counts.skip("x", SkipReason.NOT_SELECTED)
    assert start_of(None).counts.skipped == {}  # Two traces share no counts.
