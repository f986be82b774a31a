"""What is listed of a link."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Link
from artifact_stream.handlers.link import HANDLER, describe


@pytest.mark.parametrize(
    ("metadata", "link"),
    [
        ({"name": "profile", "url": "https://x/1"}, Link("profile", "https://x/1")),
        ({"url": "javascript:x"}, Link("Link", "javascript:x")),
        ({"name": "profile"}, Link("profile", "#")),
    ],
)
def test_a_link_is_listed_as_it_was_logged(metadata, link):
    assert describe(Entry("link", metadata=metadata)) == link


def test_links_stand_under_their_heading():
    assert (HANDLER.name, HANDLER.title, HANDLER.lazy_loader) == ("link", "Links", None)
