"""What a search for traces has found, and in which order that is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from artifact_stream.sources.containers import Container
from artifact_stream.sources.left_out import LeftOut
from artifact_stream.sources.trace import TraceSource


class Found(list[TraceSource]):
    """The traces, in the order of the report; close it when they have been read.

    Attributes:
        left_out: What was passed over though it may be the file that matters.
        containers: The containers that members are in.
    """

    def __init__(
        self,
        traces: Iterable[TraceSource] = (),
        left_out: Sequence[LeftOut] = (),
        containers: Sequence[Container] = (),
    ) -> None:
        super().__init__(traces)
        self.left_out = list(left_out)
        self.containers = list(containers)

    def in_reading_order(self) -> Iterator[TraceSource]:
        """The traces as they are best read: those of a container that is streamed one by one."""
        streamed: dict[int, list[TraceSource]] = {}
        for trace in self:
            container = _streamed_container(trace)
            if container is not None:
                streamed.setdefault(id(container), []).append(trace)
        for trace in self:
            container = _streamed_container(trace)
            if container is None:
                yield trace
                continue
            yield from sorted(streamed.pop(id(container), ()), key=_place_in_container)

    def close(self) -> None:
        """Let go of the containers."""
        for container in self.containers:
            container.close()


def _streamed_container(trace: TraceSource) -> Container | None:
    member = trace.files[0].member
    return None if member is None or not member.container.is_streamed else member.container


def _place_in_container(trace: TraceSource) -> int:
    member = trace.files[0].member
    return 0 if member is None else member.place
