"""Members of a container are searched as the files of a folder are."""

from __future__ import annotations

import pytest

from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import Zip
from artifact_stream.sources.members import MemberSearch
from tests.helpers.packed import zip_of
from tests.helpers.support import raw_entry

LOG = raw_entry("aot_joint_graph", b"graph")


@pytest.fixture
def searched(tmp_path):
    opened = []

    def search(members, **options):
        (tmp_path / "c.zip").write_bytes(zip_of(members))
        container = Zip(str(tmp_path / "c.zip"), None, "c.zip", str(tmp_path))
        opened.append(container)
        search = MemberSearch(container, ("job",), 0, MAX_EXPANSION, **options)
        return search, search.drafts()

    yield search
    for container in opened:
        container.close()


def test_traces_come_folder_by_folder_with_what_leads_to_them(searched):
    search, drafts = searched(
        {"b/rank_10.log": LOG, "b/rank_9.log": LOG, "a/t.log": LOG, "notes.txt": b"hello"}
    )
    assert [draft.trace.name for draft in drafts] == ["t", "rank_9", "rank_10"]
    assert drafts[0].trace.folders == ("job", "c", "a")
    assert drafts[0].trace.files[0].label == "c.zip/a/t.log"
    assert search.others == 1
    assert search.refused == []


def test_members_of_the_only_source_are_called_as_files_of_a_folder(searched):
    _, drafts = searched({"top/b/t.log": LOG, "top/a/t.log": LOG}, is_alone=True)
    assert [draft.trace.files[0].label for draft in drafts] == ["a/t.log", "b/t.log"]


def test_what_leads_out_of_a_container_counts_for_nothing(searched):
    _, drafts = searched({"../../etc/t.log": LOG, "/x/u.log": LOG})
    assert [draft.trace.folders for draft in drafts] == [("job", "c", "etc"), ("job", "c", "x")]


def test_what_is_no_trace_though_its_name_says_so_is_told(searched):
    search, drafts = searched(
        {
            "rank_0.log": b"hello\n",
            "rank_1.log": b"",
            "rank_2.log": b'{"type": "loss", "step": 1}\n',
            "in.zip": zip_of({"t.log": LOG}),
        }
    )
    assert drafts == []
    told = {member.name: refusal for member, refusal in search.refused}
    assert {name: refusal.slug for name, refusal in told.items()} == {
        "rank_0.log": "source_unrecognised",
        "rank_1.log": "source_empty",
        "rank_2.log": "source_unrecognised",
        "in.zip": "source_unsupported",
    }
    assert "none has a known type" in told["rank_2.log"].why
    assert "zip file inside another" in told["in.zip"].why


def test_an_output_of_ours_is_left_out(searched):
    search, drafts = searched(
        {"out/format.json": b"{}", "out/summary.json": b"{}", "out/0_0_0/t.txt": LOG}
    )
    assert drafts == []
    assert search.is_output
