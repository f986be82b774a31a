"""Digests as the directory index has them."""

from __future__ import annotations

import hashlib
import io

import pytest
import xxhash

from artifact_stream.disk.digests import (
    md5_in,
    md5_text,
    new_digest,
    parts_of,
    same_content,
    xxh3_text,
)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        (md5_text(hashlib.md5(b"x").hexdigest()), hashlib.md5(b"x").hexdigest()),
        (xxh3_text(xxhash.xxh3_128_hexdigest(b"x")), xxhash.xxh3_128_hexdigest(b"x")),
    ],
)
def test_a_digest_names_how_it_is_made_again(text, digits):
    algorithm, found = parts_of(text)
    digest = new_digest(algorithm)
    digest.update(b"x")
    assert digest.hexdigest() == found == digits


def test_only_an_md5_is_taken_for_one():
    assert md5_in("md5:00ff") == "00ff"
    assert md5_in("xxh3_128:00ff") is None
    assert md5_in("") is None


def test_an_algorithm_that_nobody_knows():
    assert new_digest("sha1") is None
    assert parts_of("no digest") == ("no digest", "")


@pytest.mark.parametrize(("other", "same"), [(b"abc", True), (b"abd", False), (b"abcd", False)])
def test_content_is_compared_to_its_end(other, same):
    assert same_content(io.BytesIO(b"abc"), io.BytesIO(other)) is same
