"""Options: what a run does when nothing is asked for, and that another process understands it."""

from __future__ import annotations

import msgspec
import pytest

from artifact_stream.options import MAX_EXPANSION, Options


def test_a_run_without_options_writes_everything_as_files():
    options = Options()
    assert not options.plain_text
    assert not options.lazy
    assert (options.include, options.only, options.compile_ids) == ((), (), ())
    assert options.max_expansion == MAX_EXPANSION


def test_the_limit_lets_nearly_all_that_gzip_can_do_pass():
    assert 900 < MAX_EXPANSION < 1032  # One block of zeros; what bombs nest is far more.


def test_options_survive_the_way_to_another_process():
    options = Options(lazy=True, only=("graph", "link"), compile_ids=("0/*",), max_expansion=0)
    sent = msgspec.json.encode(options)
    assert msgspec.json.decode(sent, type=Options) == options


def test_a_run_cannot_change_its_options():
    with pytest.raises(AttributeError):
        Options().lazy = True
