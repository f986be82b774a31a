"""Sizes and rates as people read them: in powers of 1024, with the names that say so."""

from __future__ import annotations


def format_bytes(count: float) -> str:
    """A number of bytes as people write it, such as ``512 B`` or ``5.8 MiB``."""
    if round(count) < 1024:
        return f"{count:.0f} B"
    value = count / 1024
    for unit in ("KiB", "MiB", "GiB"):
        # 1023.95 would be written as 1024.0.
        if value < 1023.95:
            return f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TiB"


def format_rate(bytes_per_second: float) -> str:
    """A number of bytes a second, such as ``5.8 MiB/s``."""
    return f"{format_bytes(bytes_per_second)}/s"
