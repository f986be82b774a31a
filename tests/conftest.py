"""Settings for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# Machines are noisy, so no example has a deadline; in CI the same change gives the same result,
# while at a desk every run tries new examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
