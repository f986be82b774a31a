"""A web server for one output folder, which only this machine can reach.

It answers on the loopback address alone, to requests that name it: a web page elsewhere whose
name is made to lead here (DNS rebinding) is refused, and no other site may load what is served.
Only files below the folder are given out, none through a symbolic link, none whose name begins
with a dot.  Starlette reads the files (ranges, validation of caches), Uvicorn speaks HTTP; both
come with the extra ``serve``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from artifact_stream.disk.directories import Directory, status_inside
from artifact_stream.errors import Remedy, WrongUsage
from artifact_stream.output.reader import open_output

if TYPE_CHECKING:
    from starlette.applications import Starlette

HOST = "127.0.0.1"
FIRST_PORT = 8080
PORTS_TRIED = 20
ALLOWED_HOSTS = ("127.0.0.1", "localhost")

GRACE_SECONDS = 1
"""How long a download may continue once the server has been told to stop."""

# The system's own table would be asked otherwise, and knows, say, no JavaScript on some machines.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "text/plain; charset=utf-8",  # which browsers show
    ".txt": "text/plain; charset=utf-8",
}
OTHER_CONTENT_TYPE = "application/octet-stream"

HEADERS = {
    # An output may be made again under the same names: ask each time, which costs one short answer.
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "cross-origin-opener-policy": "same-origin",
    # Scripts and texts are model code: no other site may load them.
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def serve(out: str, port: int | None, *, on_ready: Callable[[str], None]) -> None:
    """Serve an output folder until the process gets SIGINT or SIGTERM.

    Args:
        out: The folder, which a run has made.
        port: Port, 0 for any free one; None for the first free one from `FIRST_PORT` on.
        on_ready: Called with the URL once the server can be reached.

    Raises:
        OutputUnusable: The folder is no output of a run.
        WrongUsage: Starlette or Uvicorn is missing, or the port cannot be used.
    """
    open_output(out)
    application = make_application(out)
    import uvicorn

    class Server(uvicorn.Server):
        """Stops on a signal and leaves it at that, so that the command ends by itself."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
            self.force_exit = self.should_exit
            self.should_exit = True

    config = uvicorn.Config(
        application,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level=logging.CRITICAL,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with _listening_socket(port) as listening:
        on_ready(f"http://{HOST}:{listening.getsockname()[1]}/")
        asyncio.run(Server(config).serve(sockets=[listening]))


def make_application(out: str) -> Starlette:
    """The server's answers, for any ASGI server.

    Raises:
        WrongUsage: Starlette or Uvicorn is missing.
    """
    try:
        import uvicorn  # noqa: F401 - missed here, before anything is begun
        from starlette.applications import Starlette
        from starlette.datastructures import MutableHeaders
        from starlette.middleware import Middleware
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.responses import Response
        from starlette.routing import Mount
        from starlette.staticfiles import StaticFiles
        from starlette.types import ASGIApp, Message, Receive, Scope, Send
    except ImportError as error:
        raise WrongUsage(
            "serve needs two more packages: install them with pip install 'artifact-stream[serve]'."
        ) from error

    root = os.path.realpath(out)

    class OutputFiles(StaticFiles):
        """The files of an output, found by `find_file` alone."""

        def get_path(self, scope: Scope) -> str:
            return str(scope["path"])

        def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
            return find_file(root, path)

        def file_response(
            self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
        ) -> Response:
            response = super().file_response(full_path, stat_result, scope, status_code)
            if "content-type" in response.headers:
                response.headers["content-type"] = content_type(full_path)
            return response

    class WithHeaders:
        """Adds `HEADERS` to every answer, refusals too."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).update(HEADERS)
                await send(message)

            await self._app(scope, receive, send_with_headers)

    return Starlette(
        routes=[Mount("/", OutputFiles(directory=root, html=True))],
        middleware=[
            Middleware(WithHeaders),
            Middleware(
                TrustedHostMiddleware, allowed_hosts=list(ALLOWED_HOSTS), www_redirect=False
            ),
        ],
    )


def find_file(root: str, relative: str) -> tuple[str, os.stat_result | None]:
    """What a request for a path gets: the file or folder, or nothing.

    Args:
        root: The folder that is served, without symbolic links.
        relative: The path as asked for, decoded and relative to it.

    Returns:
        The absolute path and what is there; None if nothing is that may be given out.
    """
    parts = [part for part in relative.replace(os.sep, "/").split("/") if part not in ("", ".")]
    if any(part.startswith(".") for part in parts):
        return "", None
    try:
        if parts:
            found = status_inside(root, "/".join(parts))
        else:
            with Directory.at(root) as folder:
                found = folder.status(os.curdir)
    except OSError:
        return "", None
    is_folder = not parts or relative.endswith("/")
    if found is None or not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
        return "", None
    if is_folder and not stat.S_ISDIR(found.st_mode):
        return "", None
    return os.path.join(root, *parts), found


def content_type(path: str) -> str:
    """The content type of a file, told from its name as a run gives it."""
    return CONTENT_TYPES.get(os.path.splitext(path)[1].lower(), OTHER_CONTENT_TYPE)


def _listening_socket(port: int | None) -> socket.socket:
    """A socket that connections already reach; they wait until the server takes them."""
    candidates = [port] if port is not None else [*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]
    refusal = OSError("no port was tried")
    for candidate in candidates:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if os.name == "posix":  # elsewhere it would share the port with another program
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((HOST, candidate))
            listening.listen(128)
        except OSError as error:
            listening.close()
            refusal = error
        else:
            return listening
    raise WrongUsage(
        f"Port {port} cannot be used ({refusal.strerror}): ", Remedy.OTHER_PORT, "."
    ) from refusal
