"""UTF-16 becomes UTF-8, with or without a mark, however it is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.framing.transcode import Utf8FromUtf16, utf_16_of
from tests.helpers.support import cut


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("V1123 a".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff\0V", "utf-16-be"),
        ("V1123 19:25".encode("utf-16-le"), "utf-16-le"),
        ("V1123 19:25".encode("utf-16-be"), "utf-16-be"),
        (b"V1123 19:25", None),
        (b"\0" * 100, None),
        (b"V\0", None),
        (b"PK\x03\x04\0\0\0\0\x08\0", None),
    ],
)
def test_where_it_is_evident(head, encoding):
    assert utf_16_of(head) == encoding


@given(
    text=st.text(max_size=20),
    encoding=st.sampled_from(["utf-16-le", "utf-16-be"]),
    mark=st.booleans(),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_text_comes_back_however_it_is_cut(text, encoding, mark, cuts):
    data = ("\ufeff" * mark + text).encode(encoding)
    pieces = iter([piece for piece in cut(data, cuts) if piece])
    reader = Utf8FromUtf16(lambda: next(pieces, b""), encoding)
    expected = text if mark else text.removeprefix("\ufeff")
    assert b"".join(iter(reader.read, b"")) == expected.encode()


def test_half_a_character_and_lone_surrogates():
    pieces = iter([b"a\0\x3d\xd8b\0c"])
    reader = Utf8FromUtf16(lambda: next(pieces, b""), "utf-16-le")
    assert b"".join(iter(reader.read, b"")) == b"a\xed\xa0\xbdb"
