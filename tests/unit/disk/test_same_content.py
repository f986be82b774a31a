"""Digests as an index names them, and comparing open files."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.disk import digests


def test_digests_are_those_that_others_compute():
    # RFC 1321, A.5, and the test vectors of xxHash for the empty input with seed 0.
    md5, xxh3 = digests.new_digest("md5"), digests.new_digest("xxh3_128")
    assert xxh3.hexdigest() == "99aa06d3014798d86001c324468d497f"
    md5.update(b"message ")
    md5.update(b"digest")
    assert md5.hexdigest() == "f96b697d7cb7938d525a2f31aaf161d0"


@pytest.mark.parametrize("name", ["", "sha256", "MD5", "xxh3_64"])
def test_an_algorithm_that_nobody_knows(name):
    assert digests.new_digest(name) is None


@given(first=st.binary(max_size=12), second=st.binary(max_size=12), block=st.integers(1, 5))
def test_files_are_the_same_if_all_their_bytes_are(first, second, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "_READ_BYTES", block)
        assert digests.same_content(io.BytesIO(first), io.BytesIO(second)) == (first == second)
        assert digests.same_content(io.BytesIO(first), io.BytesIO(first))
        assert not digests.same_content(io.BytesIO(first), io.BytesIO(first + b"x"))


def test_what_was_read_before_does_not_count():
    first, second = io.BytesIO(b"a-rest"), io.BytesIO(b"bb-rest")
    first.read(1)
    second.read(2)
    assert digests.same_content(first, second)
