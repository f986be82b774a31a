"""What has been found of a payload can be sent from another process; each note has a sentence."""

from __future__ import annotations

import msgspec

from artifact_stream.framing.judging import notes_of
from artifact_stream.framing.readings import Blanks, Reading
from artifact_stream.framing.verdict import NOTES, TornRecord


def test_each_reading_has_a_sentence_for_its_notes():
    for blanks in Blanks:
        for reading in (
            Reading(blanks, strips_cr=True, trailing=1),
            Reading(blanks, restores=True),
        ):
            for slug in notes_of(reading):
                assert NOTES[slug].endswith(".")


def test_a_record_comes_back_from_another_process():
    record = TornRecord(3, 40, "V1123 ...")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=TornRecord) == record
