"""Sizes and rates as people read them."""

from __future__ import annotations

import pytest

from artifact_stream.units import format_bytes, format_rate


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1023.4, "1023 B"),
        (1023.6, "1.0 KiB"),
        (1024, "1.0 KiB"),
        (1_000_000, "976.6 KiB"),
        ((1 << 20) - 1, "1.0 MiB"),
        (1 << 20, "1.0 MiB"),
        (5.8 * (1 << 20), "5.8 MiB"),
        (3 << 30, "3.0 GiB"),
        (2048 << 40, "2,048.0 TiB"),
    ],
)
def test_sizes_are_in_powers_of_1024(count, text):
    assert format_bytes(count) == text


def test_a_rate_is_a_size_a_second():
    assert format_rate(1 << 20) == "1.0 MiB/s"
    assert format_rate(0) == "0 B/s"
