"""Checking what the index of a lazy output says of payloads in packs."""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.disk.digests import new_digest, parts_of
from artifact_stream.entries import BrokenPayload
from artifact_stream.index.lines import IndexEntry
from artifact_stream.json_text import decode_string
from artifact_stream.layout import TraceFolder
from artifact_stream.output.packs import PackDamaged, PackReader, encode_payload, place_in_pack
from artifact_stream.output.reader import Output
from artifact_stream.tools.verify.finding import Finding


class PackCheck:
    """Reads the packs of one trace in the order of its index, which is that of the packs.

    Memory: one payload.

    Args:
        output: The output.
        folder: The trace's folder in it.
        may_hold_more: The run was interrupted: a pack may hold what no line tells of yet.
    """

    def __init__(self, output: Output, folder: TraceFolder, *, may_hold_more: bool) -> None:
        self._folder = folder
        self._may_hold_more = may_hold_more
        self._reader = PackReader(output.opener(folder))
        self._pack = ""  # that is being read
        self._url = ""  # of the payload that was read last
        self._damaged = ""  # a pack that is to be said no more of
        self.payloads = 0
        """How many have been compared with a digest."""

    def check(self, entry: IndexEntry, index: str, number: int) -> Iterator[Finding]:
        """Compare a payload with its line.

        Args:
            entry: What the line says; not of a payload in a pack: nothing is done.
            index: The index file's path.
            number: The line's number in it, from 1.
        """
        if entry.is_link or entry.lazy_loader is None:
            return
        place = place_in_pack(entry.url)
        if place is None or place[0] != self._pack:
            yield from self.finish()
            self._pack = "" if place is None else place[0]
        if place is not None and place[0] == self._damaged:
            return
        self._url = self._folder.path(entry.url)
        try:
            text = self._reader.read(entry.url)
            payload = decode_string(text)
        except (PackDamaged, BrokenPayload) as error:
            self._damaged = self._pack
            if not isinstance(error.__cause__, OSError):  # Else the file itself is missed.
                yield Finding("damaged_pack", self._url, f"{error}, line {number}", number)
            return
        yield from self._compare(entry, text, payload, index, number)

    def _compare(
        self, entry: IndexEntry, text: bytes, payload: bytes, index: str, number: int
    ) -> Iterator[Finding]:
        if entry.bytes != len(payload):
            message = f"it has {len(payload)} bytes, but {index} says {entry.bytes} in line "
            yield Finding("wrong_size", self._url, f"{message}{number}", number)
            return
        algorithm, expected = parts_of(entry.digest or "")
        if not algorithm:
            return
        digest = new_digest(algorithm)
        if digest is None:
            message = f"{index} gives a digest of an unknown kind in line {number}"
            yield Finding("unknown_digest", self._url, message, number)
            return
        self.payloads += 1
        digest.update(payload)
        if digest.hexdigest() != expected.lower():
            message = f"its content is not what was written: the {algorithm} in {index}, line "
            yield Finding("wrong_digest", self._url, f"{message}{number}, is another", number)
        elif encode_payload(payload) != text:
            message = "it is not written in its pack as a run writes it"
            yield Finding("damaged_pack", self._url, f"{message}, line {number}", number)

    def finish(self) -> Iterator[Finding]:
        """Look at the end of the pack that was read last."""
        pack, self._pack = self._pack, ""
        is_looked_at = pack not in ("", self._damaged) and not self._may_hold_more
        if is_looked_at and not self._reader.is_at_end():
            message = "its pack has more behind it: it was changed, or an index line is gone"
            yield Finding("damaged_pack", self._url, message)
        self._reader.close()
