"""What is seen of an entry's lines while its end is looked for: it may be read in another way then.

Signs are bits of one number; 0 for what torch has written and nobody has touched.
"""

from __future__ import annotations

BLANKS_INSIDE = 1
"""Blank lines stand before or between payload lines."""

BLANKS_BEHIND = 2
"""Blank lines follow the last payload line."""

CR_AT_ENVELOPE = 4
"""The entry's first line ends in CR."""

ANY_BLANKS = BLANKS_INSIDE | BLANKS_BEHIND

MAX_BLANK_RUN_BYTES = 64 << 10
"""A payload ends where more than this of blank lines stand in a row."""
