"""What is written of a trace once its index is complete."""

from __future__ import annotations

import os

from artifact_stream.disk.staged_files import output_errors, write_own_file
from artifact_stream.index.by_compile_id import GroupedDirectory, compile_directory_chunks
from artifact_stream.index.kinds import PageOrder
from artifact_stream.layout import COMPILE_DIRECTORY_FILE, DIRECTORY_FILE
from artifact_stream.output.summary import TraceSummary
from artifact_stream.report.pages import write_trace_report


def write_lists(
    root: str, staging_folder: str, summary: TraceSummary, order: PageOrder | None = None
) -> None:
    """Write what is made of a trace's index once that is complete.

    Args:
        root: The trace's folder.
        staging_folder: For temporary files.
        summary: What became of the trace.
        order: Of the entries of a compile id on a page; None for that of the package.

    Raises:
        OutputUnusable: The folder cannot be written.
    """
    summary.note_indexes(root)
    out = summary.out_of(root)
    index_path = os.path.join(root, DIRECTORY_FILE)
    # What is sorted is kept in files: their errors are those of the folder.
    with (
        output_errors(root),
        GroupedDirectory(index_path, staging_folder, out, order=order) as directory,
    ):
        write_own_file(
            os.path.join(root, COMPILE_DIRECTORY_FILE),
            compile_directory_chunks(directory.groups()),
            out=out,
        )
        write_trace_report(root, summary, directory.groups_by_kind(), order=order)
