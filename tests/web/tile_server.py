"""A server of tiles on this computer, which notes what it is asked and answers as a test wants."""

import re
import struct
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


def png(red: int, green: int, blue: int, side: int = 256) -> bytes:
    """Return a picture of one colour."""
    return png_of(side, side, zlib.compress((b"\0" + bytes((red, green, blue)) * side) * side))


def png_of(width: int, height: int, packed: bytes) -> bytes:
    """Return a PNG that says to be so large, whatever is in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


TILE = png(200, 60, 60)


@dataclass
class Asked:
    """One request."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


class TileSource:
    """The server; answers every path with a red tile, until `answer` is replaced."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[str], Answer] = lambda _path: (200, {"Content-Type": "image/png"}, TILE)
        self.delay_s = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                source._serve(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tiles_asked(self) -> list[str]:
        return [asked.path for asked in self.asked if re.search(r"/\d+/\d+/\d+", asked.path)]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.asked.append(Asked(handler.path, {k.lower(): v for k, v in handler.headers.items()}))
        time.sleep(self.delay_s)
        status, headers, body = self.answer(handler.path)
        with self._lock:
            self._at_once -= 1
        try:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True  # Whoever asked has given up.
