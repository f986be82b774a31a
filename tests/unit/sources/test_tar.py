"""Tar headers: every dialect, names of any length, what is no file, what is damaged or hostile."""

from __future__ import annotations

import io
import tarfile

import pytest

from artifact_stream.errors import SourceDamaged
from artifact_stream.sources.tar import is_tar, tar_entries
from tests.helpers.packed import tar_of


class Forward:
    """The bytes of a tar, read forward."""

    def __init__(self, data):
        self._data = data
        self.position = 0
        self.asked = []

    def read(self, size):
        self.asked.append(size)
        piece = self._data[self.position : self.position + size]
        self.position += len(piece)
        return piece

    def skip_to(self, position):
        self.position = position
        return position <= len(self._data)


def listed(data):
    """Name and content of each member."""
    source = Forward(data)
    return [(entry.name, source.read(entry.size)) for entry in tar_entries(source)]


DIALECTS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_members_come_in_order_with_their_content(dialect):
    members = {"a.log": b"x" * 513, "folder/b.log": b"", "folder/c.log": b"y" * 1024}
    data = tar_of(members, format=dialect)
    assert is_tar(data)
    assert listed(data) == list(members.items())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_long_names(dialect):
    name = "folder-of-a-long-name/" * 9 + "t.log"
    assert listed(tar_of({name: b"x", "b": b"y"}, format=dialect)) == [(name, b"x"), ("b", b"y")]


def test_names_that_are_no_utf8():
    name = b"rank_0_\xff.log".decode("utf-8", "surrogateescape")
    data = tar_of({name: b"x"}, format=tarfile.GNU_FORMAT, errors="surrogateescape")
    assert listed(data) == [(name, b"x")]


def test_links_folders_devices_and_pipes_are_no_files():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        kinds = (
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.DIRTYPE,
            tarfile.CHRTYPE,
            tarfile.FIFOTYPE,
        )
        for kind in kinds:
            info = tarfile.TarInfo(f"n{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
        info = tarfile.TarInfo("t.log")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    assert listed(file.getvalue()) == [("t.log", b"x")]


def test_a_tar_that_ends_early_is_damaged():
    data = tar_of({"a": b"x" * 600, "b": b"y" * 600})
    for end in (512 + 100, 512 + 1024, 512 + 1024 + 100, 2 * (512 + 1024)):
        with pytest.raises(SourceDamaged):
            listed(data[:end])


def test_a_header_that_is_none_is_damage():
    data = bytearray(tar_of({"a": b"x", "b": b"y"}))
    data[1024 + 10] ^= 1
    with pytest.raises(SourceDamaged, match="checksum"):
        listed(bytes(data))


def with_checksum(header):
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize("size", [b"\x80" + b"\xff" * 11, b"77777777777\0"])
def test_a_size_beyond_the_end_is_damage(size):
    header = bytearray(tar_of({"a": b""})[:512])
    header[124:136] = size
    with pytest.raises(SourceDamaged, match="ends inside a member"):
        listed(with_checksum(header) + bytes(2048))


def test_a_text_before_a_member_that_is_said_to_be_endless_is_not_read_to_its_end():
    header = bytearray(tar_of({"a": b""})[:512])
    header[156:157], header[124:136] = b"x", b"77777777777\0"
    source = Forward(with_checksum(header) + bytes(4 << 20))
    with pytest.raises(SourceDamaged):
        list(tar_entries(source))
    assert max(source.asked) <= 1 << 20


def test_a_sparse_file_is_said_to_be_one():
    for kind in (b"S", b"0"):
        header = bytearray(tar_of({"a": b""})[:512])
        header[156:157] = kind
        entries = list(tar_entries(Forward(with_checksum(header) + bytes(1024))))
        assert [entry.is_sparse for entry in entries] == [kind == b"S"]


def test_zeros_and_text_are_no_tar():
    assert not is_tar(bytes(1024))
    assert not is_tar(b"V1123 19:25:59.805000 2407 torch/x.py:1] {}\n" * 30)
    assert not is_tar(b"")
