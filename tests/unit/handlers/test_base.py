"""Plain text: code is written as it is, all else as it was."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import (
    Artifact,
    Content,
    Documentation,
    Handler,
    Link,
    Scope,
    in_plain_text,
)


def handler_of(described: Artifact | Link) -> Handler:
    return Handler(
        name="coffee",
        title="Coffee",
        entry_types=("coffee",),
        describe=lambda _: described,
        documentation=Documentation(summary="", output=""),
        lazy_loader="loader.renderGraph",
    )


def test_a_page_becomes_its_text_and_keeps_the_rest():
    page = Artifact("a", Content.CODE_PAGE, Scope.DUMP_FILE, "b", ("c",), may_be_text=True)
    text = Artifact("a", Content.TEXT, Scope.DUMP_FILE, "b", ("c",), may_be_text=True)
    handler = handler_of(page)
    plain = in_plain_text(handler)
    assert plain.describe(Entry("coffee")) == text
    assert handler.describe(Entry("coffee")) == page
    assert (plain.name, plain.lazy_loader) == (handler.name, handler.lazy_loader)


@pytest.mark.parametrize(
    "described", [Artifact("a", Content.JSON), Artifact("a", Content.TEXT), Link("a", "#")]
)
def test_what_is_no_page_stays_as_it_is(described):
    assert in_plain_text(handler_of(described)).describe(Entry("coffee")) is described


def test_the_suffix_of_each_content():
    assert [content.value for content in Content] == [".txt", ".json", ".html"]
