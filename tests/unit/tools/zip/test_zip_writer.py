"""The zip writer's files are what other programs take for zip files."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.tools.zip import zip_writer
from artifact_stream.tools.zip.zip_writer import ZipWriter


def write(members: dict[str, list[bytes]], folder, expected_bytes: int = 0) -> io.BytesIO:
    file = io.BytesIO()
    with ZipWriter(file, str(folder)) as archive:
        for name, chunks in members.items():
            size = archive.add(name, iter(chunks), expected_bytes)
            assert size == sum(map(len, chunks))
        archive.close()
    return file


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0/\\", exclude_categories=["Cs"]), min_size=1),
        st.lists(st.binary(max_size=3000), max_size=4),
        max_size=5,
    ),
    st.sampled_from([0, zip_writer.ZIP64_FROM_BYTES + 1]),
)
def test_what_goes_in_comes_out(tmp_path_factory, members, expected_bytes):
    file = write(members, tmp_path_factory.mktemp("zip"), expected_bytes)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: b"".join(chunks) for name, chunks in members.items()
        }
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.external_attr >> 16 == 0o100644


@pytest.mark.slow
def test_more_members_than_sixteen_bits_count(tmp_path):
    file = write({f"folder/{number}.txt": [b"x"] for number in range(70_000)}, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == 70_000
        assert archive.read("folder/69999.txt") == b"x"


@pytest.mark.parametrize("limit", [0, 40, 200, 1000])
def test_sizes_and_places_beyond_32_bits(tmp_path, monkeypatch, limit):
    # The fields of 64 bits are used from a few bytes on, as they are from 4 GiB on.
    monkeypatch.setattr(zip_writer, "ZIP64_FROM_BYTES", -1)
    monkeypatch.setattr(zip_writer, "_MAX_32", limit)
    members = {f"{number}.txt": [bytes([number]) * 100 * number] for number in range(9)}

    class Wide(ZipWriter):
        """Writes the mark that stands for `more than 32 bits` as readers expect it."""

        def _central_header(self, name, digest, stored, size):
            header = super()._central_header(name, digest, stored, size)
            fields = list(zip_writer._CENTRAL.unpack(header[:46]))
            for place in (8, 9, 16):
                fields[place] = 0xFFFFFFFF if fields[place] == limit else fields[place]
            return zip_writer._CENTRAL.pack(*fields) + header[46:]

    file = io.BytesIO()
    with Wide(file, str(tmp_path)) as archive:
        for name, chunks in members.items():
            archive.add(name, iter(chunks), 0)
        archive.close()
    data = bytearray(file.getvalue())
    end = data.rindex(b"PK\5\6")
    for place in (end + 12, end + 16):
        if int.from_bytes(data[place : place + 4], "little") == limit:
            data[place : place + 4] = b"\xff" * 4
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        assert archive.testzip() is None
        for name, chunks in members.items():
            assert archive.read(name) == chunks[0]


def test_a_member_that_grows_beyond_its_header_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_writer, "_MAX_32", 1000)
    with pytest.raises(ValueError, match=r"x\.txt grew"):
        write({"x.txt": [b"x" * 2000]}, tmp_path)


def test_our_files_are_known_by_what_they_hold(tmp_path):
    ours, theirs = io.BytesIO(), io.BytesIO()
    with zip_writer.ZipWriter(ours, str(tmp_path)) as archive:
        archive.add("a", [b"x"], 1)
        archive.close()
    with zipfile.ZipFile(theirs, "w") as other:
        other.writestr("a", "x")
    assert zip_writer.is_ours(io.BytesIO(ours.getvalue()))
    said = zip_writer.COMMENT
    for data in (b"", said, theirs.getvalue(), theirs.getvalue() + said, ours.getvalue()[:-1],
                 b"%PDF" + ours.getvalue()[4:]):  # fmt: skip
        assert not zip_writer.is_ours(io.BytesIO(data))
