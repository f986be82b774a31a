"""What is told once for a trace of how its files are written."""

from __future__ import annotations

import pytest

from artifact_stream.framing.beginning import TextStream, find_beginning
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.prefixed_log import PrefixedLogFramer
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.framing.scratch import Scratch
from artifact_stream.framing.source_notes import notes_of
from artifact_stream.streams.opening import PeekedStream
from tests.helpers.support import ChunkStream, raw_entry

LOG = raw_entry("graph_dump", b"x")
PREFIXED = b"[rank0]: " + LOG.replace(b"\n\t", b"\n[rank0]: \t")


@pytest.mark.parametrize(
    ("data", "slugs", "word"),
    [
        (LOG, [], ""),
        (b"\xef\xbb\xbf" + LOG, ["byte_order_mark"], "passed over"),
        (LOG.decode().encode("utf-16"), ["utf_16"], "UTF-16-LE"),
        (PREFIXED, ["line_prefix"], "'[rank0]:'."),
        (PREFIXED + PREFIXED.replace(b"rank0", b"rank1"), ["line_prefix"], "told apart"),
    ],
)
def test_what_is_told(data, slugs, word, tmp_path):
    text = TextStream(PeekedStream(ChunkStream([data]), 1 << 16))
    beginning = find_beginning(text)
    made = (text, "t", PassedOver(), Scratch(str(tmp_path)))
    framer = RawLogFramer(*made)
    if beginning.prefix is not None:
        framer = PrefixedLogFramer(*made, beginning.prefix)
    for _ in framer:
        pass
    found = notes_of(text, beginning, framer)
    assert list(found) == slugs
    assert all(message.endswith(".") for message in found.values())
    assert word in "".join(found.values())
