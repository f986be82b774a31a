"""What the framers share: the window over a stream, and where things stand in the file."""

from __future__ import annotations

from artifact_stream.errors import EXCERPT_CHARS
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.scratch import Scratch
from tests.helpers.support import ChunkStream


class Lines(Framer):
    """Every line is a problem; one that is longer than the window is told of in its pieces."""

    large_bytes = 8

    def _complete_entries(self):
        while b"\n" in self._window or (self._at_end and self._window):
            line, newline, rest = self._window.partition(b"\n")
            yield self._problem("line", "A line.", line, self._line, self._window_offset)
            self._window, self._line = rest, self._line + 1
            self._window_offset += len(line) + len(newline)

    def _large_entry(self):
        yield self._problem("large", "Long.", self._window, self._line, self._window_offset)
        while b"\n" not in self._window and not self._at_end:
            self._window_offset += len(self._window)
            self._window = b""
            self._read_block()


def framed(tmp_path, *pieces, again=False):
    return Lines(ChunkStream(list(pieces), again), "t.log", PassedOver(), Scratch(str(tmp_path)))


def test_items_come_with_their_place_however_the_blocks_are_cut(tmp_path):
    for pieces in ([b"a\nbc\nd"], [b"a", b"\nb", b"c\n", b"d"], [b"a\nbc\n", b"d"]):
        items = list(framed(tmp_path, *pieces))
        assert [(item.excerpt, item.line, item.offset_bytes) for item in items] == [
            ("a", 1, 0), ("bc", 2, 2), ("d", 3, 5)
        ]  # fmt: skip
        assert {item.source for item in items} == {"t.log"}


def test_an_empty_file_has_no_items(tmp_path):
    assert list(framed(tmp_path)) == []


def test_what_is_longer_than_the_window_is_streamed(tmp_path):
    items = list(framed(tmp_path, b"0123456789", b"x" * 5, b"\nnext\n"))
    assert (items[0].slug, items[0].excerpt) == ("large", "0123456789")
    assert items[-1].excerpt == "next"
    assert items[-1].offset_bytes == 16


def test_a_framer_can_begin_at_any_line(tmp_path):
    framer = framed(tmp_path, b"c\nd\n")
    framer.start_at(100, 7)
    assert [(item.line, item.offset_bytes) for item in framer] == [(7, 100), (8, 102)]


def test_an_excerpt_is_of_the_line_alone(tmp_path):
    framer = framed(tmp_path)
    problem = framer._problem("s", "m", b"x" * 500 + b"\nother", 1, 0)
    assert problem.excerpt == "x" * EXCERPT_CHARS


def test_places_are_told_only_of_files_that_can_be_read_again(tmp_path):
    framer = framed(tmp_path, b"abcdef", again=True)
    framer.start_at(2, 1)
    place = framer._place_in_file(1, 3)
    assert b"".join(place.blocks()) == b"de"
    framer._stream.close()
    assert framed(tmp_path, b"abc")._place_in_file(0, 1) is None
