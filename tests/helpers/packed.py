"""Tar and zip files for tests, made by the standard library."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any


def tar_of(members: Mapping[str, bytes], mode: str = "w", **options: Any) -> bytes:
    """A tar with these members; mode ``w:gz`` and so on compress it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode, **options) as tar:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()
