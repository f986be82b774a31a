"""The beginning of a payload is read, and the payload is there all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from artifact_stream.entries import BrokenPayload, Entry, TextInHand
from artifact_stream.facts import payload_head
from artifact_stream.facts.payload_head import head_of_payload
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.framing.signs import BLANKS_BEHIND, BLANKS_INSIDE


class Streamed:
    """A payload that is read once, or any number of times."""

    can_repeat = False

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = iter(chunks)

    def whole(self) -> None:
        return None

    def chunks(self) -> Iterator[bytes]:
        return self._chunks

    def portable(self) -> None:
        return None


class Broken(Streamed):
    def chunks(self) -> Iterator[bytes]:
        raise BrokenPayload("none")


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(payload_head, "MAX_TEXT_BYTES", 4)


@pytest.mark.parametrize(
    ("text", "head"), [(b"", (b"", True)), (b"abcd", (b"abcd", True)), (b"abcde", (b"abcd", False))]
)
def test_so_much_is_read_and_no_more_is_claimed(text, head):
    assert head_of_payload(Entry("t", payload=TextInHand(text))) == head


@pytest.mark.parametrize(
    ("chunks", "head"), [((b"ab", b"c"), (b"abc", True)), ((b"abc", b"de", b"f"), (b"abcd", False))]
)
def test_what_can_be_read_once_comes_whole_afterwards(chunks, head):
    entry = Entry("t", payload=Streamed(*chunks))
    assert head_of_payload(entry) == head
    assert entry.payload.whole() is None
    assert entry.payload.portable() is None
    assert not entry.payload.can_repeat
    assert b"".join(entry.payload.chunks()) == b"".join(chunks)


def test_what_cannot_be_decoded_is_not_read():
    assert head_of_payload(Entry("t", payload=Broken())) == (b"", False)


@pytest.mark.parametrize(
    ("lines", "signs", "logged"),
    [
        (b"\n\ta\n\n\tb\n", BLANKS_INSIDE | BLANKS_BEHIND, b"a\nb"),
        (b"\ta\r\n\tb\r", 0, b"a\nb"),
        (b"\ta\n\n\tb", BLANKS_INSIDE, b"a\n\nb"),
    ],
    ids=["blank lines", "CR LF", "stripped tab"],
)
def test_a_handled_payload_is_read_as_it_was_logged(lines, signs, logged):
    entry = Entry("t", payload=IndentedText(lines, signs=signs))
    entry.payload_md5 = hashlib.md5(logged).hexdigest()
    assert head_of_payload(entry) == (logged, True)
    entry.payload_md5 = "0" * 32  # None of the readings: it is read as it stands.
    assert head_of_payload(entry)[0] == entry.payload.whole()[:4]
