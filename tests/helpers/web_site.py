"""A folder on a web host of its own, for tests of pages that may read their neighbours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # Browsers ask for it, and note an error without it.
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@contextmanager
def web_site(folder: Path) -> Iterator[str]:
    """Serves a folder; gives its URL, with a final slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
