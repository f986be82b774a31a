"""A long payload that is not what its md5 says is read in other ways, from what has been kept."""

from __future__ import annotations

import hashlib

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.framing.payloads import KeptLines, RawLines
from artifact_stream.framing.readings import Blanks, Reading, read_lines
from artifact_stream.framing.signs import BLANKS_INSIDE
from artifact_stream.rendering.long_payload import (
    StoredPayload,
    other_reading,
    read_again,
    records_in,
    staged_text,
)
from tests.helpers.support import PREFIX

LINES = b"\tshared\n\tab\n\n\tc"


class Lines(RawLines):
    """A payload whose lines can be read again, or are kept from some place on, or are not."""

    signs = BLANKS_INSIDE

    def __init__(self, *, again: bool = False, kept_from: int | None = None) -> None:
        self.again, self.kept_from = again, kept_from

    def indented(self):
        return iter((LINES,)) if self.again else None

    def kept(self):
        if self.kept_from is None:
            return None
        shared = self.kept_from - 2 if self.kept_from else None  # Two tabs are before.
        return KeptLines(lambda: iter((LINES[self.kept_from :],)), shared)


def as_it_stands():
    return read_lines((LINES,))


@pytest.mark.parametrize(
    "payload",
    [Lines(again=True), Lines(kept_from=0), Lines(kept_from=10)],
    ids=["file", "all", "rest"],
)
def test_the_reading_is_found_and_read(payload):
    right = b"shared\nab\nc"
    reading = other_reading(payload, hashlib.md5(right).hexdigest(), as_it_stands)
    assert reading == Reading(Blanks.DROPPED)
    assert b"".join(read_again(payload, reading, as_it_stands)) == right


def test_what_cannot_be_read_otherwise():
    assert other_reading(Lines(), "0" * 32, as_it_stands) is None
    assert other_reading(Lines(again=True), "0" * 32, as_it_stands) is None


@pytest.mark.parametrize("again", [True, False])
def test_records_are_found_where_they_stand(again, monkeypatch):
    record = PREFIX.encode() + b'{"a": 1}'
    text = b"\ta\n\tb " + record
    payload = Lines()
    payload.indented = lambda: iter((text,)) if again else None
    found = records_in(payload, lambda: read_lines((text,)))
    assert [(each.line, each.offset_bytes) for each in found] == [(1, 3)]


def test_a_staged_text_is_read_any_number_of_times(tmp_path):
    (tmp_path / "1-plain").write_bytes(b"text")
    with Directory.below(str(tmp_path), str(tmp_path)) as staging:
        payload = StoredPayload(lambda: staged_text(staging, "1-plain"))
        assert payload.can_repeat
        assert payload.whole() is None
        for _ in range(2):
            assert b"".join(payload.chunks()) == b"text"
