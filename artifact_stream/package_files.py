"""Files that come with the package: templates, CSS and scripts."""

from __future__ import annotations

import pkgutil


def package_file(folder: str, name: str) -> bytes:
    """The content of a file of the package, which need not be installed as files.

    `importlib.resources` does the same and takes 8 ms to load.

    Args:
        folder: ``assets`` or ``templates``.
        name: The file's name in that folder.
    """
    content = pkgutil.get_data("artifact_stream", f"{folder}/{name}")
    assert content is not None, f"{folder}/{name} is missing from the package"
    return content
