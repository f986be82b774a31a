"""The formats that can be read."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """The formats that can be read."""

    RAW_LOG = "raw log"
    JSONL = "intermediate JSONL"
