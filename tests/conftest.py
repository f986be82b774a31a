"""Settings for all tests."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

# Machines are noisy, so no example has a deadline; in CI the same change gives the same result,
# while at a desk every run tries new examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# A shell that starts this in the background has SIGINT ignored, and every process that a test
# starts would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)
