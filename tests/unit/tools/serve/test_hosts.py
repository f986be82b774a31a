"""Names of hosts: which requests are meant for the server."""

from __future__ import annotations

import pytest

from artifact_stream.errors import WrongUsage
from artifact_stream.tools.serve.hosts import is_meant, known_hosts


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]", "[::1]:8080", "node17:99", "node17.",
     "[fd00::7]:1", "10.0.0.5:8080"],
)  # fmt: skip
def test_a_request_that_names_it_is_answered(host):
    assert is_meant(host, known_hosts(["Node17", "[FD00::7]"]), "10.0.0.5")


@pytest.mark.parametrize(
    "host",
    [None, "", ":80", "evil.example", "127.0.0.1.evil.example", "node17.evil.example", "0.0.0.0",
     "localhost:80:80", "localhost@evil.example", "[::1", "[]", "::1", "10.0.0.6", "127.1"],
)  # fmt: skip
def test_no_other_request_is(host):
    assert not is_meant(host, known_hosts(["node17"]), "10.0.0.5")


@pytest.mark.parametrize("name", ["*", "", "http://x", "x:80", "a b", "x/", "*.example", "\udc80"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(WrongUsage, match="allow_hosts"):
        known_hosts([name])
