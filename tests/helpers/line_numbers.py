"""Outputs but for the lines of the log in which their entries stood."""

from __future__ import annotations

import json
import re

LISTS = ("directory.jsonl", "facts.jsonl", "compile_ids.jsonl")


def without_line_numbers(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a trace, with 0 for every line of its log; those of a user's code stay."""
    files = dict(files)
    for name in LISTS:
        line = "log_line" if name == "compile_ids.jsonl" else "line"  # That is of the function.
        lines = [{**json.loads(text), line: 0} for text in files[name].splitlines()]
        if name == "facts.jsonl":  # A report of tlparse has one table, in front, of no process.
            strings = [{**each, "process": 0} for each in lines if each["kind"] == "string"]
            lines = strings + [each for each in lines if each["kind"] != "string"]
        files[name] = json.dumps(lines, sort_keys=True).encode()
    content = json.loads(files["findings.json"])
    for finding in content["findings"]:
        finding["evidence"] = [{**each, "line": 0} for each in finding["evidence"]]
    files["findings.json"] = json.dumps(content).encode()
    return files


def is_of_the_page(name: str) -> bool:
    """True for the files of a report that show lines of the log."""
    return re.match("report/(rows-|list-|worth)", name) is not None
