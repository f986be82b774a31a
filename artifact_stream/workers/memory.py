"""How much memory this process has had."""

from __future__ import annotations

import sys
from contextlib import suppress


def peak_memory_bytes() -> int | None:
    """The most memory that this process has had; None on Windows."""
    # Linux: getrusage would count what the parent had before it started this program.
    with suppress(OSError), open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
