"""From an entry to a task with a name, and from what came of it to a file."""

from __future__ import annotations

import pytest

from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.entries import Entry
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.handlers.base import Artifact, Content, Scope
from artifact_stream.pipeline.planning import ArtifactStore, make_page_task
from artifact_stream.rendering.perform import perform
from artifact_stream.rendering.task import RenderTask
from artifact_stream.writers import ArtifactWriter
from tests.helpers.support import tree


@pytest.fixture
def writer(tmp_path):
    made = ArtifactWriter(str(tmp_path))
    yield made
    made.abandon()


@pytest.fixture
def store(writer):
    return ArtifactStore(writer, "../assets/")


class Streamed:
    """A payload that only this process can read."""

    can_repeat = False

    def whole(self):
        return None

    def chunks(self):
        yield b"streamed"

    def portable(self):
        return None


def entry(text=b"\tx = 1\n", **fields):
    return Entry("codegen", "0_0_0", payload=IndentedText(text), has_payload=True, **fields)


def test_a_text_that_can_be_sent_is_in_the_task_and_one_that_cannot_is_in_hand(store):
    portable = entry()
    planned, payload = store.plan(portable, Artifact("a", Content.TEXT))
    assert (planned.task.payload, payload) == (portable.payload, None)
    streamed = Entry("codegen", payload=Streamed(), has_payload=True)
    planned, payload = store.plan(streamed, Artifact("a", Content.TEXT))
    assert (planned.task.payload, payload) == (None, streamed.payload)


def test_an_entry_without_payload_becomes_an_empty_file(store, writer, tmp_path):
    planned, payload = store.plan(Entry("codegen", "0_0_0"), Artifact("a", Content.TEXT))
    assert payload is None
    perform(planned.task, payload, writer.staging)
    store.keep(planned)
    assert (tmp_path / "0_0_0" / "a.txt").read_bytes() == b""


def test_tasks_are_numbered_on_behind_those_of_an_earlier_run(writer):
    store = ArtifactStore(writer, "../assets/", 41)
    numbers = [store.plan(entry(), Artifact("a", Content.TEXT))[0].task.number for _ in range(2)]
    assert numbers == [42, 43]
    assert store.planned == 43


def test_names_depend_on_the_order_of_planning_alone(store):
    plans = [store.plan(entry(), Artifact("a", Content.TEXT))[0] for _ in range(3)]
    assert [planned.path for planned in plans] == ["0_0_0/a.txt", "0_0_0/a_1.txt", "0_0_0/a_2.txt"]


def test_a_page_and_its_text_keep_one_stem(store):
    store.plan(entry(), Artifact("a", Content.TEXT))  # Takes a.txt, which is the text of a page.
    planned, _ = store.plan(entry(), Artifact("a", Content.CODE_PAGE))
    assert (planned.path, planned.text_path) == ("0_0_0/a_1.html", "0_0_0/a_1.txt")


@pytest.mark.parametrize(("logged", "asked"), [(None, None), ("ABCDEF", "abcdef")])
def test_a_digest_counts_however_it_is_spelled(store, logged, asked):
    planned, _ = store.plan(entry(payload_md5=logged), Artifact("a", Content.TEXT))
    assert planned.task.payload_md5 == asked


@pytest.mark.parametrize(
    ("compile_id", "scope", "folder"),
    [
        ("0_0_0", Scope.COMPILE_ID, "0_0_0"),
        (None, Scope.COMPILE_ID, "unknown"),
        ("0_0_0", Scope.DUMP_FILE, "dump_file"),
        ("../../etc", Scope.COMPILE_ID, None),
        ("con", Scope.COMPILE_ID, None),
    ],
)
def test_the_folder_is_that_of_the_compile_id_and_a_safe_one(compile_id, scope, folder, store):
    planned, _ = store.plan(Entry("x", compile_id), Artifact("a", Content.TEXT, scope))
    found, _, name = planned.path.rpartition("/")
    assert name == "a.txt"
    if folder is None:
        assert found != compile_id
        assert "/" not in found
        assert not found.startswith(".")
    else:
        assert found == folder


def test_a_page_escapes_what_a_trace_says_and_leads_to_its_text():
    task = RenderTask(1, Content.CODE_PAGE, None)
    make_page_task(task, "<b>#1", "0_1_0", "<script>", "../assets/")
    head = task.page_head.decode()
    assert "<b>" not in head
    assert "<script>" not in head
    assert 'href="%3Cb%3E%231.txt"' in head
    assert "[0/1]" in head
    assert task.page_tail.rstrip().endswith(b"</html>")


def test_a_page_of_a_name_that_is_no_unicode_can_be_written():
    task = RenderTask(1, Content.CODE_PAGE, None)
    make_page_task(task, "ok", "0_1_0", "a\udc80b", "../assets/")
    assert b"a?b" in task.page_head


def test_files_are_kept_both_at_once_and_nothing_else(store, writer, tmp_path):
    planned, _ = store.plan(entry(), Artifact("a", Content.CODE_PAGE))
    rendered = perform(planned.task, None, writer.staging)
    assert not store.holds(planned, rendered)
    store.keep(planned)
    kept = {path for path in tree(tmp_path) if not path.startswith(".artifact-stream")}
    assert kept == {"0_0_0/a.html", "0_0_0/a.txt"}
    assert store.holds(planned, rendered)


@pytest.mark.parametrize("name", ["a.html", "a.txt"])
def test_files_are_there_only_if_both_are_as_they_were(name, store, writer, tmp_path):
    planned, _ = store.plan(entry(), Artifact("a", Content.CODE_PAGE))
    rendered = perform(planned.task, None, writer.staging)
    store.keep(planned)
    path = tmp_path / "0_0_0" / name
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b"!")  # As long as before.
    assert not store.holds(planned, rendered)
    path.unlink()
    assert not store.holds(planned, rendered)
    path.write_bytes(data)
    assert store.holds(planned, rendered)


class Pack:
    """As much of a pack as the store looks at."""

    path = "packs/000001.js"

    def __init__(self, staging, text):
        self.file = StagedFile(staging, "pack-1", digested=False)
        self.file.write(text)
        self.file.close()


def test_a_pack_is_there_if_it_is_the_same_to_the_last_byte(store, writer, tmp_path):
    pack = Pack(writer.staging, b"text")
    assert not store.holds_pack(pack)
    store.keep_pack(pack)
    assert (tmp_path / "packs" / "000001.js").read_bytes() == b"text"
    same, other = b"text", b"tent"
    assert store.holds_pack(Pack(writer.staging, same))
    writer.staging.remove("pack-1")
    assert not store.holds_pack(Pack(writer.staging, other))
