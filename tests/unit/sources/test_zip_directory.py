"""The directory of a zip: every member; what it says is looked at, never believed."""

from __future__ import annotations

import io
import zipfile

import pytest

from artifact_stream.errors import SourceDamaged
from artifact_stream.sources.zip_directory import (
    DEFLATED,
    data_offset,
    zip_directory,
    zip_entries,
    zip_entry_at,
)
from tests.helpers.packed import zip_of


def reader(data):
    return lambda size, offset: data[offset : offset + size]


def entries(data):
    read_at = reader(data)
    directory = zip_directory(read_at, len(data))
    return list(zip_entries(read_at, directory)), directory


def test_members_come_with_their_places_and_sizes():
    data = zip_of({"a.log": b"a" * 1000, "folder/": b"", "folder/b.log": b"b"})
    found, directory = entries(data)
    assert [(entry.name, entry.size, entry.method) for entry in found] == [
        ("a.log", 1000, DEFLATED),
        ("folder/b.log", 1, DEFLATED),
    ]
    assert directory.entries == 3
    for entry in found:
        assert zip_entry_at(reader(data), directory, entry.place) == entry
        start = data_offset(reader(data), entry)
        assert zipfile.zlib.decompress(data[start : start + entry.stored_bytes], -15)[:1] in b"ab"


def test_what_stands_before_a_zip_is_passed_over():
    data = b"#!/bin/sh\n" * 10 + zip_of({"a.log": b"a"})
    [entry] = entries(data)[0]
    assert data[data_offset(reader(data), entry) :].startswith(zipfile.zlib.compress(b"a")[2:-4])


def test_a_comment_behind_it():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a", b"x")
        packed.comment = b"PK\x05\x06" + b"c" * 100
    assert [entry.name for entry in entries(file.getvalue())[0]] == ["a"]


def test_links_are_no_files():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        link = zipfile.ZipInfo("link.log")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, b"/etc/passwd")
    assert entries(file.getvalue())[0] == []


def test_names_are_utf8_whatever_the_flag_says_and_else_those_of_the_format():
    data = zip_of({"ä.log": b"x"})
    assert [entry.name for entry in entries(data)[0]] == ["ä.log"]
    assert [entry.name for entry in entries(data.replace("ä".encode(), b"\x84_"))[0]] != []


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[:-30], "directory, which stands at its end, is missing"),
        (lambda data: data[:10] + data[40:], "cut off|corrupt"),
        (lambda data: data.replace(b"PK\x01\x02", b"PK\x01\x00"), "directory is corrupt"),
        (lambda data: b"", "is missing"),
    ],
    ids=["end", "middle", "entry", "empty"],
)
def test_damage_is_told(damage, says):
    with pytest.raises(SourceDamaged, match=says):
        entries(damage(zip_of({"a.log": b"a"})))


def test_a_header_that_is_missing_is_told():
    data = zip_of({"a.log": b"a"})
    [entry] = entries(data)[0]
    with pytest.raises(SourceDamaged, match="header is missing"):
        data_offset(reader(data.replace(b"PK\x03\x04", b"XX\x03\x04")), entry)
