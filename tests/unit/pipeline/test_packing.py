"""Filling packs in the order of the trace: what goes in, when one is closed, what is said of it."""

from __future__ import annotations

import hashlib
import json

import pytest

from artifact_stream.entries import BrokenPayload
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.handlers.base import Content
from artifact_stream.output.packs import PackReader
from artifact_stream.pipeline import packing as module
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.packing import MAX_HELD, Packing
from artifact_stream.rendering.task import RenderTask
from artifact_stream.writers import ArtifactWriter

LOADER = "loader.renderCode"


class Trial:
    """A packing, with all that becomes of it in view."""

    def __init__(self, folder):
        self.folder = folder
        self.writer = ArtifactWriter(str(folder))
        self.listed = []
        self.work = OrderedWork(None, self.writer.staging, self.listed.append, self.take_made)
        self.packing = Packing(self.writer, self.work)
        self.number = 0

    def take_made(self, place, rendered):
        self.listed.append((place, rendered))

    def put(self, text, *, md5=None, loader=LOADER):
        self.number += 1
        payload = IndentedText(b"\t" + text.replace(b"\n", b"\n\t"))
        task = RenderTask(self.number, Content.TEXT, payload, md5)
        place = self.packing.put(loader, task, None)
        if place is not None:
            self.work.hold(place, place.job)
            self.packing.note_item()
        return place

    def texts(self):
        """What is in the packs that have been closed, read as a browser would."""
        reader = PackReader(lambda path: (self.folder / path).open("rb"))
        files = dict.fromkeys(place.pack for place, _ in self.listed)
        for pack in files:
            self.writer.publish([(pack.file.name, pack.path)])
        texts = [json.loads(reader.read(place.url)) for place, _ in self.listed]
        reader.close()
        return texts


@pytest.fixture
def trial(tmp_path):
    made = Trial(tmp_path)
    yield made
    made.packing.close_pack()
    made.writer.abandon()


def test_payloads_come_back_from_where_they_are_said_to_be(trial):
    texts = [b"", b"one\n", "\u2028</script>\x00".encode(), b'"quoted"\\']
    for text in texts:
        trial.put(text)
    assert trial.listed == []
    trial.packing.close_pack()
    assert trial.texts() == [text.decode() for text in texts]
    assert [place.position for place, _ in trial.listed] == [0, 1, 2, 3]


def test_each_pack_has_a_number_of_its_own(trial):
    for text in (b"a", b"b"):
        trial.put(text)
        trial.packing.close_pack()
    assert [place.pack.path for place, _ in trial.listed] == ["packs/000001.js", "packs/000002.js"]
    assert trial.packing.made == 2


def test_numbers_go_on_behind_those_of_an_earlier_run(trial):
    trial.packing = Packing(trial.writer, trial.work, made=41)
    assert trial.put(b"x").pack.path == "packs/000042.js"


def test_a_kind_that_is_always_a_file_is_not_packed(trial):
    assert trial.put(b"text", loader=None) is None
    assert trial.packing.is_between_packs


def test_a_long_payload_stays_a_file_and_one_byte_less_does_not(trial, monkeypatch):
    monkeypatch.setattr(module, "MAX_PACKED_BYTES", 5)
    assert trial.put(b"123456") is None
    assert trial.packing.is_between_packs
    assert trial.put(b"12345") is not None


class Payload:
    """One that only this process can read."""

    def __init__(self, text):
        self.text = text

    def whole(self):
        if isinstance(self.text, Exception):
            raise self.text
        return self.text


@pytest.mark.parametrize("text", [None, BrokenPayload("no UTF-8")])
def test_what_cannot_be_had_as_a_whole_stays_a_file(trial, text):
    task = RenderTask(1, Content.TEXT, None)
    assert trial.packing.put(LOADER, task, Payload(text)) is None
    assert trial.packing.is_between_packs


def test_the_payload_in_hand_comes_before_that_of_the_task(trial):
    task = RenderTask(1, Content.TEXT, IndentedText(b"\tof the task"))
    place = trial.packing.put(LOADER, task, Payload(b"in hand"))
    trial.work.hold(place, place.job)
    trial.packing.close_pack()
    assert trial.texts() == ["in hand"]


def test_a_pack_is_closed_when_it_is_full(trial, monkeypatch):
    monkeypatch.setattr(module, "FULL_PACK_BYTES", 100)
    while not trial.listed:
        assert trial.number < 20
        trial.put(b"0123456789")
    place, _ = trial.listed[-1]
    assert place.pack.text_bytes >= 100
    assert place.pack.text_bytes < 100 + 40  # It took no more once it was.
    assert trial.packing.is_between_packs


def test_a_pack_is_closed_when_many_entries_wait_for_it(trial):
    trial.put(b"first")
    for waiting in range(2, MAX_HELD):
        trial.packing.note_item()
        assert not trial.packing.is_between_packs, waiting
    trial.packing.note_item()
    assert trial.packing.is_between_packs
    assert len(trial.listed) == 1


def test_what_waits_for_no_pack_is_not_counted(trial):
    for _ in range(2 * MAX_HELD):
        trial.packing.note_item()
    trial.put(b"first")
    trial.packing.note_item()
    assert not trial.packing.is_between_packs


@pytest.mark.parametrize(
    ("text", "lines"), [(b"", 0), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"a\n\n", 2), (b"a\nb", 2)]
)
def test_what_is_said_of_a_payload_is_what_would_be_said_of_a_file(trial, text, lines):
    digest = hashlib.md5(text).hexdigest()
    for md5 in (None, digest, "0" * 32):
        trial.put(text, md5=md5)
    trial.packing.close_pack()
    rendered = [each for _, each in trial.listed]
    assert [(each.bytes, each.lines) for each in rendered] == [(len(text), lines)] * 3
    assert [each.digest_matches for each in rendered] == [True, True, False]
    assert rendered[0].digest.startswith("xxh3_128:")
    assert [each.digest for each in rendered[1:]] == [f"md5:{digest}"] * 2
    assert [each.number for each in rendered] == [1, 2, 3]
