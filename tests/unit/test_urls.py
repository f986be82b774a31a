"""URLs: paths there and back, what may be a live link, and what lies inside a folder."""

from __future__ import annotations

import os
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.urls import is_inside, is_web_url, path_of_url, url_of

SAFE_PATHS = st.lists(
    st.text(st.characters(exclude_characters="/\\:\0", codec="utf-8"), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
).map("/".join)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("0_0_0/a.txt", "0_0_0/a.txt"),
        ("a b/ü.txt", "a%20b/%C3%BC.txt"),
        ("a?b#c%41", "a%3Fb%23c%2541"),
        ("javascript:x", "javascript%3Ax"),
        ("it's (1)!~*", "it's%20(1)!~*"),
    ],
)
def test_paths_as_urls(path, url):
    assert url_of(path) == url


@given(path=SAFE_PATHS.filter(is_inside))
def test_a_path_comes_back_from_its_url(path):
    assert path_of_url(url_of(path)) == path
    assert path_of_url(f"{url_of(path)}?a=1#L12") == path


@pytest.mark.parametrize(
    "url", ["../a", "a/%2e%2e/b", "/etc/passwd", "a//b", "C%3A/x", "a%5Cb", ""]
)
def test_urls_that_lead_outside_are_none(url):
    assert path_of_url(url) is None


@given(path=st.text(st.sampled_from("ab./\\:\0C"), max_size=8))
def test_what_is_inside_is_inside_on_any_system(path):
    if is_inside(path):
        assert os.path.normpath(path) == path
        for flavour in (PurePosixPath, PureWindowsPath):
            parsed = flavour(path)
            assert not parsed.is_absolute()
            assert not parsed.drive
            assert list(parsed.parts) == path.split("/")
            assert ".." not in parsed.parts


@pytest.mark.parametrize("url", ["http://x", "https://x/y?z#w", "HTTPS://X"])
def test_web_links(url):
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    ["javascript:x", " http://x", "http://x\n", "java\tscript:x", "http:x", "//x", "file:///x", ""],
)
def test_what_is_no_web_link(url):
    assert not is_web_url(url)


def test_names_that_no_file_can_have_are_not_inside_and_have_a_url():
    assert is_inside("a/b\udc80")
    assert path_of_url(url_of("b\udc80")) == "b\udc80"
    for name in ("\ud800", "a/\udc7f", "\udfff/b"):
        assert not is_inside(name)
        assert path_of_url(name) is None
        assert url_of(name).isascii()
