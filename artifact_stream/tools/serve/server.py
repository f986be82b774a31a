"""A web server for one output folder, which only this machine can reach unless told otherwise.

It answers requests that name it alone, see `artifact_stream.tools.serve.hosts`, and no other site
may load what is served.  Only files below the folder are given out, none through a symbolic link,
none whose name begins with a dot.  Everything is in one thread; a connection that asks for nothing
or takes nothing is closed.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from artifact_stream.errors import Argument, Remedy, WrongUsage
from artifact_stream.output.reader import Output, open_output
from artifact_stream.stop import StopRequest
from artifact_stream.tools.serve.answers import NO_RESOURCES, Answer, answer_to, refusal
from artifact_stream.tools.serve.hosts import is_meant, known_hosts
from artifact_stream.tools.serve.requests import MAX_HEAD_BYTES, BadRequest, Request, parse_request

HOST = "127.0.0.1"
FIRST_PORT = 8080
PORTS_TRIED = 20
_WILDCARDS = {"0.0.0.0": HOST, "::": "::1"}  # noqa: S104 - which address leads there from here
_STOP_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may take.

    Attributes:
        connections: How many are served at once; more wait.
        request_seconds: How long a request may take to come.
        stalled_seconds: How long nothing may be taken of an answer.
        pause_seconds: How long nothing is accepted when the system has no descriptor left.
        trouble_seconds: Time between two words on that.
        grace_seconds: How long a download may continue once the server is to stop.
    """

    connections: int = 128
    request_seconds: float = 15
    stalled_seconds: float = 30
    pause_seconds: float = 0.5
    trouble_seconds: float = 60
    grace_seconds: float = 1


def serve(
    out: str,
    port: int | None,
    *,
    host: str = HOST,
    allow_hosts: Iterable[str] = (),
    on_ready: Callable[[str], None],
    on_trouble: Callable[[str], None],
    stop_request: StopRequest,
    limits: Limits | None = None,
) -> None:
    """Serve an output folder until that is asked to stop.

    Args:
        out: The folder, which a run has made.
        port: Port, 0 for any free one; None for the first free one from `FIRST_PORT` on.
        host: The address to listen at; by default only this machine can reach it.
        allow_hosts: Names that requests may give as their host, beside those of this machine's
            loopback addresses and the address that they come in at.
        on_ready: Called with the URL once the server can be reached.
        on_trouble: Called with a sentence when it cannot serve, once in `Limits.trouble_seconds`.
        stop_request: Asks it to stop.
        limits: What a connection may take.

    Raises:
        OutputUnusable: The folder is no output of a run.
        WrongUsage: The port, the address or a name of a host cannot be used.
    """
    output, known = open_output(out), known_hosts(allow_hosts)
    with stop_request.deferred(), _listening_socket(host, port) as listening:
        shown = _WILDCARDS.get(host, host)
        shown = f"[{shown}]" if ":" in shown else shown
        on_ready(f"http://{shown}:{listening.getsockname()[1]}/")
        server = _Server(output, known, on_trouble, limits or Limits())
        asyncio.run(server.serve(listening, stop_request))


class _Server:
    """Answers the connections of a listening socket."""

    def __init__(
        self,
        output: Output,
        known: frozenset[str],
        on_trouble: Callable[[str], None],
        limits: Limits,
    ) -> None:
        self._output = output
        self._known = known
        self._on_trouble = on_trouble
        self._limits = limits
        self._told: float | None = None
        self._free = asyncio.Semaphore(limits.connections)
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listening: socket.socket, stop_request: StopRequest) -> None:
        """Serve until that is asked to stop."""
        listening.setblocking(False)
        accepting = asyncio.create_task(self._accept(listening))
        while not stop_request.is_made and not accepting.done():
            await asyncio.wait({accepting}, timeout=_STOP_POLL_SECONDS)
        if accepting.done():
            accepting.result()  # It ends by an error alone.
        accepting.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._limits.grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(accepting, *late, return_exceptions=True)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._free.acquire()
            try:
                connection, _ = await loop.sock_accept(listening)
            except OSError as error:
                self._free.release()
                if error.errno in NO_RESOURCES:
                    self._tell(error)
                    await asyncio.sleep(self._limits.pause_seconds)
                continue
            task = asyncio.create_task(self._connection(connection))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._free.release()

    def _tell(self, error: OSError) -> None:
        now = time.monotonic()
        if self._told is None or now - self._told >= self._limits.trouble_seconds:
            self._told = now
            reason = os.strerror(error.errno) if error.errno is not None else str(error)
            self._on_trouble(f"no further request can be answered for now ({reason}).")

    async def _connection(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            own_address = str(connection.getsockname()[0])
            reader, writer = await asyncio.open_connection(sock=connection, limit=MAX_HEAD_BYTES)
        except OSError:
            connection.close()
            return
        # What has been sent has left this process, so that nobody has to wait when it is closed.
        writer.transport.set_write_buffer_limits(0)
        try:
            while await self._request(reader, writer, own_address):
                pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # It is gone, or takes nothing.
        finally:
            writer.transport.abort()

    async def _request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, own_address: str
    ) -> bool:
        """Answer one request; false if it was the last one."""
        request: Request | None = None
        try:
            async with asyncio.timeout(self._limits.request_seconds):
                head = await reader.readuntil(b"\r\n\r\n")
            request = parse_request(head)
        except TimeoutError:
            answer = refusal(408)
        except asyncio.LimitOverrunError:
            answer = refusal(431)
        except BadRequest:
            answer = refusal(400)
        else:
            answer = self._answer(request, own_address)
        keeps_alive = request is not None and request.keeps_alive and answer.status < 405
        try:
            await self._send(writer, answer.head(keeps_alive=keeps_alive))
            sent = 0
            if request is None or request.method != "HEAD":
                for piece in answer.body():
                    await self._send(writer, piece)
                    sent += len(piece)
                if sent < answer.length:
                    return False  # The file has become shorter: only the end tells so.
        finally:
            answer.close()
        if not keeps_alive:
            await self._take_leave(reader, writer)
        return keeps_alive

    def _answer(self, request: Request, own_address: str) -> Answer:
        if not is_meant(request.host, self._known, own_address):
            return refusal(400)
        try:
            return answer_to(request, self._output)
        except OSError as error:
            self._tell(error)
            return refusal(503, retry_after="1")

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        async with asyncio.timeout(self._limits.stalled_seconds):
            await writer.drain()

    async def _take_leave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read what is still coming: to close before would take the answer back."""
        if writer.can_write_eof():
            writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.grace_seconds):
                while await reader.read(MAX_HEAD_BYTES):
                    pass


def _listening_socket(host: str, port: int | None) -> socket.socket:
    """A socket that connections already reach; they wait until the server takes them."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise _no_address(host, error) from error
    candidates = [port] if port is not None else [*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]
    refusal_of_port = OSError("no port was tried")
    for candidate in candidates:
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":  # elsewhere it would share the port with another program
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address[0], candidate, *address[2:]))
            listening.listen(128)
        except OSError as error:
            listening.close()
            refusal_of_port = error
            if error.errno == errno.EADDRNOTAVAIL:
                raise _no_address(host, error) from error
        else:
            return listening
    raise WrongUsage(
        f"Port {port} cannot be used ({refusal_of_port.strerror}): ", Remedy.OTHER_PORT, "."
    ) from refusal_of_port


def _no_address(host: str, error: Exception) -> WrongUsage:
    reason = getattr(error, "strerror", None) or error
    return WrongUsage(
        f"{host!a} is no address of this machine ({reason}): give another as ",
        Argument("host"),
        f", such as {HOST}.",
    )
