"""A disk that takes names of 143 bytes at the most, as eCryptfs does."""

from __future__ import annotations

import errno
import os

import pytest

MOST_BYTES = 143
_CALLS = ("open", "stat", "lstat", "mkdir", "rename", "replace", "unlink", "rmdir", "listdir")


def limit_names(patch: pytest.MonkeyPatch) -> None:
    """Have this process refuse longer names, wherever they are."""

    def limited(call):
        def refusing(*arguments, **options):
            for path in arguments:
                if isinstance(path, str | bytes) and any(
                    len(name) > MOST_BYTES for name in os.fsencode(path).split(b"/")
                ):
                    raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
            return call(*arguments, **options)

        return refusing

    for name in _CALLS:
        patch.setattr(os, name, limited(getattr(os, name)))
