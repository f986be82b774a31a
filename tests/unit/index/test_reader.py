"""Reading a ``compile_directory.json`` as a stream."""

from __future__ import annotations

import io
import json

import ijson
import pytest

from artifact_stream.index.reader import Listed, listed_in, read_compile_directory

DIRECTORY = {
    "0_0_0": {
        "display_name": "[0/0]",
        "artifacts": [{"name": "a", "flags": ["renamed"], "bytes": 1}, {"name": "b", "bytes": 2}],
        "links": [{"name": "l", "url": "https://x"}],
    },
    "links": {"display_name": "links", "artifacts": [{"name": "links"}], "links": []},
}
LISTED = [
    Listed("0_0_0", "[0/0]", False, {"name": "a", "flags": ["renamed"], "bytes": 1}),
    Listed("0_0_0", "[0/0]", False, {"name": "b", "bytes": 2}),
    Listed("0_0_0", "[0/0]", True, {"name": "l", "url": "https://x"}),
    Listed("links", "links", False, {"name": "links"}),
]


def test_artifacts_and_links_come_with_their_compile_ids(tmp_path):
    path = tmp_path / "compile_directory.json"
    path.write_text(json.dumps(DIRECTORY))
    assert list(read_compile_directory(str(path))) == LISTED


def test_what_comes_before_the_damage_is_read():
    entries = listed_in(io.BytesIO(json.dumps(DIRECTORY).encode()[:-20]))
    assert next(entries) == LISTED[0]
    with pytest.raises(ijson.JSONError):
        list(entries)


def test_what_python_cannot_read_is_no_json():
    text = json.dumps({"a": {"artifacts": [{"bytes": 1}]}}).replace("1", "9" * 5000)
    for data in (text.encode(), b'{"\xff'):
        with pytest.raises(ijson.JSONError):
            list(listed_in(io.BytesIO(data)))
