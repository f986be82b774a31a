"""Random edits of an output's own files, as editors, disks and attackers make them."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Chance = random.Random

VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**64, -(2**70), 10**400, 1e308, float("nan"),
    float("inf"), "", "x", ".", "..", "/etc/passwd", "../../x", "a/b", "a//b", "\0", "\n", "\t",
    "\r\n",
    "\ud800", "\udc80", "\x1b[31m", "é", "\U0001f600", "x" * 5000, "%00", "%", "%zz", "a%2fb",
    "#", "?x",
    "packs/000001.js#0", "packs/000001.js#99999999999999999999", "packs/999999.js#0", "packs/#",
    "md5:", "xxh3_128:zz", "sha1:00", ":", "0_0_0/x.txt", "javascript:1", "http://[", "//x", [],
    {}, [[]],
    [None], [1, "x"], {"a": {"a": 1}}, {"": ""}, {"bytes": 1}, ["\ud800"],
]  # fmt: skip
NESTED = ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000,
          *("[" * depth + "]" * depth for depth in (100, 300, 480, 700, 900)),
          *('{"a":' * depth + "1" + "}" * depth for depth in (100, 300, 480, 700, 900)),
          "9" * 4_200, "-" + "9" * 5_000, "1e999", "1" + "0" * 18, "-1e-999"]  # fmt: skip


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container in a JSON value with each of its keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, dict | list):
            yield from places_in(item)


def edited_value(text: bytes, chance: Chance) -> bytes:
    """A JSON text of which one value is another, is gone, or has another name."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    places = [*places_in(value)] if isinstance(value, dict | list) else []
    container, key = chance.choice(places) if places else (None, None)
    if container is None or chance.random() < 0.03:
        return json.dumps(chance.choice(VALUES)).encode()
    how = chance.randrange(10)
    if how == 0:
        del container[key]
    elif how == 1 and isinstance(container, dict):
        container[chance.choice(["", "x", "\ud800", "type", "bytes"])] = container.pop(key)
    elif how == 2:
        mark = "in place of this"
        if isinstance(container, dict) and chance.random() < 0.7:
            key = "of a later version"
        container[key] = mark
        nested = chance.choice(NESTED)
        return json.dumps(value).encode().replace(f'"{mark}"'.encode(), nested.encode())
    elif how == 3 and isinstance(container[key], int):
        container[key] += chance.choice([1, -1, 10**18, -(10**18), 2**63 - 1 - container[key]])
    elif how == 4 and isinstance(container[key], str):
        container[key] += chance.choice(["x", "\0", "\ud800", "/", "%", "\n", "\udc80", "#0", "\t"])
    else:
        container[key] = chance.choice(VALUES)
    return json.dumps(value, ensure_ascii=chance.random() < 0.8).encode("utf-8", "surrogatepass")


def edit_json(path: Path, chance: Chance) -> None:
    path.write_bytes(edited_value(path.read_bytes(), chance))


def edit_line(path: Path, chance: Chance) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    if lines:
        number = chance.randrange(len(lines))
        lines[number] = edited_value(lines[number], chance) + b"\n"
        path.write_bytes(b"".join(lines))


def mix_lines(path: Path, chance: Chance) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    if lines:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
        if chance.random() < 0.5:
            del lines[chance.randrange(len(lines))]
        if chance.random() < 0.3:
            chance.shuffle(lines)
        path.write_bytes(b"".join(lines))


def truncate(path: Path, chance: Chance) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size + 1))


def flip(path: Path, chance: Chance) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 1, 8])):
        if data:
            data[chance.randrange(len(data))] = chance.choice(b'\0\n"\\{}[],:0x\x80\xff')
    path.write_bytes(bytes(data))


def insert(path: Path, chance: Chance) -> None:
    data = path.read_bytes()
    at = chance.randrange(len(data) + 1)
    added = chance.choice(
        [b"\0", b"\xff\xfe", b"\n", b"{}\n", b"\xef\xbb\xbf", b"null\n", data[:50]]
    )
    path.write_bytes(data[:at] + added + data[at:])


def remove(path: Path, _: Chance) -> None:
    path.unlink()


def make_folder(path: Path, chance: Chance) -> None:
    path.unlink()
    path.mkdir()
    if chance.random() < 0.5:
        (path / "theirs").write_text("theirs")


def make_link(path: Path, chance: Chance) -> None:
    path.unlink()
    path.symlink_to(chance.choice(["/dev/zero", "missing", path.name, "/", "..", "/etc/passwd"]))


def make_other(path: Path, chance: Chance) -> None:
    path.write_bytes(
        chance.choice([b"", b"{}", b"[]", b"null", b"\xff", b"\n\n", b'"x"', b"0", b"[" * 10**5])
    )


def drop_folder(path: Path, _: Chance) -> None:
    shutil.rmtree(path.parent)


EDITS: list[Callable[[Path, Chance], None]] = [
    *[edit_json] * 6, *[edit_line] * 6, mix_lines, truncate, flip, flip, insert, remove,
    make_folder,
    make_link, make_other,
]  # fmt: skip


def own_files(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.is_file() and not path.is_symlink())


def is_telling(path: Path) -> bool:
    folders = {"packs", ".artifact-stream"}
    return path.suffix in (".json", ".jsonl") or bool(folders.intersection(path.parts))


def edit(out: Path, chance: Chance) -> list[str]:
    """Make one to three edits, and say which; those that cannot be made are left out."""
    said = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        files = own_files(out)
        if not files:
            break
        # What tells of the output is what the commands read first.
        telling = [path for path in files if is_telling(path.relative_to(out))]
        path = chance.choice(telling if telling and chance.random() < 0.8 else files)
        how = drop_folder if path.parent != out and chance.random() < 0.02 else chance.choice(EDITS)
        how(path, chance)
        said.append(f"{how.__name__} {path.relative_to(out)}")
    return said
