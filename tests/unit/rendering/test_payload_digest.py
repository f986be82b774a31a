"""The md5 of a payload in pieces, short or long."""

from __future__ import annotations

import hashlib
import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.rendering import payload_digest
from artifact_stream.rendering.payload_digest import PayloadDigest


@settings(max_examples=40)
@given(pieces=st.lists(st.binary(max_size=9), max_size=6), long=st.sampled_from([1, 8, 1 << 20]))
def test_it_is_the_md5_whether_a_thread_makes_it_or_not(pieces, long):
    earlier, payload_digest._LONG_BYTES = payload_digest._LONG_BYTES, long
    try:
        digest = PayloadDigest()
        for count, piece in enumerate(pieces, 1):
            digest.update(piece)
            if count == 2:  # Asked for in between, it goes on.
                assert digest.hexdigest() == hashlib.md5(b"".join(pieces[:2])).hexdigest()
        digest.close()
        assert digest.hexdigest() == hashlib.md5(b"".join(pieces)).hexdigest()
        digest.close()
    finally:
        payload_digest._LONG_BYTES = earlier


def test_a_short_payload_has_no_thread_and_that_of_a_long_one_ends():
    before = threading.active_count()
    digest = PayloadDigest()
    digest.update(bytes(1 << 20))
    assert threading.active_count() == before
    for _ in range(4):
        digest.update(bytes(1 << 20))
    assert threading.active_count() == before + 1
    digest.close()
    assert threading.active_count() == before
    assert digest.hexdigest() == hashlib.md5(bytes(5 << 20)).hexdigest()
