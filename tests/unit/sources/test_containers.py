"""Members of tar and zip files: where they are, what they hold, and why one cannot be read."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from artifact_stream.errors import SourceDamaged
from artifact_stream.sources.compressed_tar import CompressedTar
from artifact_stream.sources.containers import Container, Tar, Zip
from artifact_stream.sources.opening import open_member, open_source
from artifact_stream.sources.trace import SourceFile, TraceSource
from artifact_stream.streams.stored_file import ReadCounter
from tests.helpers.packed import tar_of, zip_of

MEMBERS = {"a.log": b"a" * 1000, "folder/b.log": b"b" * 70_000, "empty": b""}
KINDS = [
    (Tar, tar_of(MEMBERS)),
    (CompressedTar, tar_of(MEMBERS, "w:gz")),
    (CompressedTar, tar_of(MEMBERS, "w:xz")),
    (CompressedTar, tar_of(MEMBERS, "w:bz2")),
    (Zip, zip_of(MEMBERS)),
    (Zip, zip_of(MEMBERS, zipfile.ZIP_STORED)),
    (Zip, zip_of(MEMBERS, zipfile.ZIP_BZIP2)),
]


@pytest.fixture(params=range(len(KINDS)), ids=[kind.__name__ for kind, _ in KINDS])
def container(request, tmp_path) -> Container:
    kind, data = KINDS[request.param]
    (tmp_path / "c").write_bytes(data)
    opened = kind(str(tmp_path / "c"), None, "c", str(tmp_path / "out"))
    yield opened
    opened.close()


def wanted(container):
    """All members, of which each is a source."""
    members = []
    for member in container.members():
        member.is_wanted = True
        members.append(member)
    return members


def content(member, counter=None):
    stream = open_member(member, counter or ReadCounter())
    try:
        return b"".join(iter(stream.read, b""))
    finally:
        stream.close()


def test_each_member_gives_what_was_put_in(container):
    members = wanted(container)
    assert [member.name for member in members] == list(MEMBERS)
    assert [content(member) for member in members] == list(MEMBERS.values())
    assert container.label_of(members[1]) == "c/folder/b.log"
    assert [container.refusal(member) for member in members] == [None] * 3


def test_members_can_be_read_in_any_order(container):
    members = wanted(container)
    assert content(members[1]) == MEMBERS["folder/b.log"]
    assert content(members[0]) == MEMBERS["a.log"]


def test_members_can_be_read_side_by_side_once_they_are_unpacked(container):
    members = wanted(container)
    container.unpack()
    container.unpack()
    assert not container.is_streamed
    streams = [open_member(member, ReadCounter()) for member in members[:2]]
    assert streams[1].read()[:1] == b"b"
    assert streams[0].read()[:1] == b"a"
    for stream in streams:
        stream.close()


def test_what_is_counted_for_members_adds_up_to_what_they_take(container):
    members, counter = wanted(container), ReadCounter()
    for member in members:
        content(member, counter)
    assert counter.stored_bytes == sum(member.stored_bytes for member in members)
    assert counter.stored_bytes <= container.stored_bytes


def test_a_member_is_opened_like_any_other_file(container):
    member = wanted(container)[0]
    file = SourceFile("c", "c/a.log", None, member.stored_bytes, member)
    stream = open_source(file, ReadCounter())
    assert b"".join(iter(stream.read, b"")) == MEMBERS["a.log"]
    stream.close()
    assert TraceSource("a", (file, file)).stored_bytes == 2 * member.stored_bytes
    pipe = SourceFile("-", "stdin", None, None)
    assert TraceSource("a", (file, pipe)).stored_bytes is None


def test_a_member_that_is_compressed_itself_is_decompressed(tmp_path):
    (tmp_path / "c").write_bytes(zip_of({"a.gz": gzip.compress(b"text")}))
    container = Zip(str(tmp_path / "c"), None, "c", str(tmp_path))
    [member] = container.members()
    assert content(member) == b"text"
    container.close()


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_ends_inside_a_member_gives_what_is_there(tmp_path, mode):
    data = tar_of({"a.log": bytes(range(256)) * 100}, mode)
    (tmp_path / "c").write_bytes(data[: len(data) // 2] if mode == "w:gz" else data[:5000])
    kind = CompressedTar if mode == "w:gz" else Tar
    container = kind(str(tmp_path / "c"), None, "c", str(tmp_path))
    members = container.members()
    member = next(members)
    stream = open_member(member, ReadCounter())
    with pytest.raises(SourceDamaged):
        b"".join(iter(stream.read, b""))
    stream.close()
    container.close()


def test_what_cannot_be_read_says_what_helps(tmp_path):
    data = bytearray(zip_of({"a.log": b"text"}))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1  # Encrypted, says the directory.
    (tmp_path / "c").write_bytes(data)
    container = Zip(str(tmp_path / "c"), None, "c", str(tmp_path))
    assert "is encrypted: unpack the zip" in container.refusal(next(container.members()))
    container.close()
    data[at + 8] ^= 1
    data[at + 10] = 14  # LZMA in the manner of zip.
    (tmp_path / "c").write_bytes(data)
    container = Zip(str(tmp_path / "c"), None, "c", str(tmp_path))
    assert "method that is not read (number 14)" in container.refusal(next(container.members()))
    container.close()


def test_a_container_without_a_name_is_read_from_its_file(tmp_path):
    with open(tmp_path / "c", "wb") as file:
        file.write(tar_of(MEMBERS))
    container = Tar(None, io.FileIO(tmp_path / "c"), "stdin", str(tmp_path))
    (tmp_path / "c").unlink()
    assert content(wanted(container)[0]) == MEMBERS["a.log"]
    container.close()


def test_a_zip_that_is_replaced_meanwhile_is_noticed(tmp_path):
    (tmp_path / "c").write_bytes(zip_of({"a.log": b"text"}))
    container = Zip(str(tmp_path / "c"), None, "c", str(tmp_path))
    [member] = container.members()
    with pytest.raises(SourceDamaged, match="changed while it was read"):
        container.member_at("b.log", member.place, member.size)
    assert container.member_at("a.log", member.place, member.size).name == "a.log"
    container.close()
