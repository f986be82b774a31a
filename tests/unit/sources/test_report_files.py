"""Files of a report: inside it, through no link, or none."""

from __future__ import annotations

import pytest

from artifact_stream.sources.containers import ReportPlace, Tar, Zip
from artifact_stream.sources.report_files import ReportFiles
from tests.helpers.packed import tar_of, zip_of

FILES = {"r/payloads/a.txt": b"payload", "r/raw.jsonl": b"{}", "secret.txt": b"secret"}


@pytest.fixture(params=["folder", "tar", "zip"])
def report(request, tmp_path):
    container = None
    if request.param == "folder":
        for name, data in FILES.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
        (tmp_path / "r" / "link.txt").symlink_to(tmp_path / "secret.txt")
        place = ReportPlace(str(tmp_path / "r"))
    else:
        kind, data = {"tar": (Tar, tar_of(FILES)), "zip": (Zip, zip_of(FILES))}[request.param]
        (tmp_path / "c").write_bytes(data)
        container = kind(str(tmp_path / "c"), None, "c", str(tmp_path))
        place = ReportPlace(None, container, "r/")
    files = ReportFiles(place, str(tmp_path))
    yield files
    files.close()
    if container is not None:
        container.close()


def test_a_file_is_opened_by_its_path_as_often_as_it_is_wanted(report):
    for _ in range(2):
        stream = report.open("payloads/a.txt")
        assert stream is not None
        assert b"".join(iter(stream.read, b"")) == b"payload"
        stream.close()


@pytest.mark.parametrize(
    "path", ["payloads/b.txt", "../secret.txt", "/etc/passwd", "link.txt", "payloads", ""]
)
def test_what_is_no_file_of_it_is_none(report, path):
    assert report.open(path) is None
