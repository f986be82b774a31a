"""Files for browsers: each that is listed is in the package, and none is that is not."""

from __future__ import annotations

import pytest

from artifact_stream.web.files import ASSETS, REPORT_SCRIPTS, package_file
from tests.helpers.imports import PACKAGE

NOT_FOR_OUTPUTS = {"VENDORED.md"}


@pytest.mark.parametrize("name", ASSETS)
def test_assets_are_the_files_of_the_package(name):
    assert package_file("assets", name) == (PACKAGE / "web" / "assets" / name).read_bytes()


def test_every_file_of_the_folder_is_an_asset_once():
    there = {path.name for path in (PACKAGE / "web" / "assets").iterdir() if path.is_file()}
    assert len(ASSETS) == len(set(ASSETS))
    assert there - NOT_FOR_OUTPUTS == set(ASSETS)


def test_scripts_of_the_report_are_assets():
    assert REPORT_SCRIPTS
    assert set(REPORT_SCRIPTS) < set(ASSETS)


def test_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        package_file("assets", "missing.js")
