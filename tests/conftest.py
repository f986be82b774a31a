"""Settings for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.crashes import SMALL_LOG, Injector

# Machines are noisy, so no example has a deadline; in CI the same change gives the same result,
# while at a desk every run tries new examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# A shell that starts this in the background has SIGINT ignored, and every process that a test
# starts would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)


BROWSER_TESTS = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser by its folder."""
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def injector() -> Iterator[Injector]:
    """Runs in which a fault strikes at an operation that was asked for."""
    process = Injector()
    yield process
    process.close()


@pytest.fixture
def log(tmp_path) -> Path:
    """The small log that faults are injected into."""
    path = tmp_path / "t.log"
    path.write_bytes(SMALL_LOG)
    return path
