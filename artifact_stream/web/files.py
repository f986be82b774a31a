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
    content = pkgutil.get_data("artifact_stream", f"web/{folder}/{name}")
    assert content is not None, f"web/{folder}/{name} is missing from the package"
    return content


REPORT_SCRIPTS = ("report.js",)
"""Scripts of report pages, in the order in which they must run."""


ASSETS = (
    "base.css",
    "code.css",
    "code.js",
    "diff.LICENSE.txt",
    "diff.min.js",
    "highlight.LICENSE.txt",
    "highlight.min.js",
    "list.css",
    "report.css",
    "theme.js",
    *REPORT_SCRIPTS,
)
"""Files of ``artifact_stream/web/assets`` that the pages of an output folder need beside them."""
