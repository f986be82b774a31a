"""Packs: any payload comes back, no browser sees markup, and what is no pack is told from one."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.output.packs import (
    LAST_LINE,
    MAX_LINE_BYTES,
    MAX_PACKED_BYTES,
    SEPARATOR,
    PackDamaged,
    PackReader,
    encode_payload,
    first_line,
    is_pack_text,
    pack_url,
    place_in_pack,
)

SPECIAL = st.lists(
    st.sampled_from([b"<", b"</script>", b"\n", b'"', b"\\", "\u2028".encode(), "\u2029".encode(),
                     b"\xe2\x80", b"\xff", "é".encode(), b"\0"])
).map(b"".join)  # fmt: skip
PAYLOADS = st.binary(max_size=30) | SPECIAL


def pack_of(name, payloads):
    return first_line(name) + SEPARATOR.join(map(encode_payload, payloads)) + LAST_LINE


def reader_of(packs):
    """A reader of packs by name; it counts how often one is opened."""
    opened = []

    def open_pack(path):
        opened.append(path)
        name = path.removeprefix("packs/").removesuffix(".js")
        if name not in packs:
            raise FileNotFoundError(2, "No such file or directory", path)
        return io.BytesIO(packs[name])

    return PackReader(open_pack), opened


def value_of(text):
    return json.loads(text).encode("utf-8", "surrogateescape")


@given(payload=PAYLOADS)
def test_a_payload_is_one_line_of_json_and_no_markup(payload):
    text = encode_payload(payload)
    assert value_of(text) == payload
    for special in (b"<", b"\n", "\u2028".encode(), "\u2029".encode()):
        assert special not in text
    text.decode("utf-8")


def test_no_line_is_longer_than_a_reader_takes():
    assert len(encode_payload(b"\0" * MAX_PACKED_BYTES) + SEPARATOR) <= MAX_LINE_BYTES
    assert len(encode_payload(b"\xff" * MAX_PACKED_BYTES) + SEPARATOR) <= MAX_LINE_BYTES


@given(payloads=st.lists(PAYLOADS, min_size=1, max_size=5), data=st.data())
def test_payloads_are_read_in_any_order(payloads, data):
    reader, opened = reader_of({"000001": pack_of("000001", payloads)})
    order = data.draw(st.permutations(range(len(payloads))))
    for position in order:
        assert value_of(reader.read(pack_url("packs/000001.js", position))) == payloads[position]
        assert reader.is_at_end() == (position == len(payloads) - 1)
        reader.close()
    for position, payload in enumerate(payloads):
        assert value_of(reader.read(pack_url("packs/000001.js", position))) == payload
    assert len(opened) == len(payloads) + 1  # In order, a pack is opened once.
    assert reader.is_at_end()
    with pytest.raises(PackDamaged):
        reader.read(pack_url("packs/000001.js", len(payloads)))


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("packs/000001.js#0", ("000001", 0)),
        ("packs/000001_2.js#17", ("000001_2", 17)),
        ("packs/000001.js", None),
        ("packs/../x.js#0", None),
        ("packs/a.js#0", None),
        ("000001.js#0", None),
        ("packs/000001.js#-1", None),
        ("packs/000001.js#0 ", None),
    ],
)
def test_places_in_packs(url, place):
    assert place_in_pack(url) == place
    if place is not None:
        assert pack_url(f"packs/{place[0]}.js", place[1]) == url


GOOD = pack_of("000001", [b"a", b"b"])


@pytest.mark.parametrize(
    ("pack", "why"),
    [
        (None, "cannot be read"),
        (b"", "is not one of a run"),
        (pack_of("000002", [b"a"]), "is not one of a run"),
        (pack_of("000001", [b"a"]), "holds no payload 1"),
        (GOOD.replace(b'"b"', b"b"), "holds no payload 1"),
        (GOOD[: GOOD.index(b'"b"') + 3], "holds no payload 1"),
    ],
)
def test_a_damaged_pack_is_said_to_be_one(pack, why):
    reader, _ = reader_of({} if pack is None else {"000001": pack})
    with pytest.raises(PackDamaged, match=why):
        reader.read("packs/000001.js#1")
    reader.close()


@pytest.mark.parametrize("tail", [b"", b"x" + LAST_LINE, LAST_LINE[:-1]])
def test_a_pack_without_its_end_is_not_whole(tail):
    reader, _ = reader_of({"000001": GOOD.removesuffix(LAST_LINE) + b"\n" + tail})
    reader.read("packs/000001.js#1")
    assert not reader.is_at_end()
    reader.close()


@pytest.mark.parametrize(
    ("path", "text", "is_pack"),
    [
        ("x/packs/000001.js", GOOD, True),
        ("000001.js", GOOD, True),
        ("000002.js", GOOD, False),
        ("000001.txt", GOOD, False),
        ("000001.js", GOOD[:-1], False),
        ("000001.js", GOOD[1:], False),
    ],
)
def test_what_is_a_pack_by_name_beginning_and_end(path, text, is_pack):
    assert is_pack_text(path, text) == is_pack
