"""As much of a WebSocket (RFC 6455) as a driver of browsers needs: texts, to a server on this machine."""

import base64
import os
import socket
import struct
from urllib.parse import urlsplit

TEXT = 0x81  # the only frame of a message
MASKED, MASK = 0x80, 0x55
LENGTHS = {126: ">H", 127: ">Q"}  # of messages that are longer than the second byte of a frame can say


class WebSocket:
    """A connection to an address `ws://…`."""

    def __init__(self, address: str):
        to = urlsplit(address)
        self._socket = socket.create_connection((to.hostname, to.port))
        self._stream = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
        asked = (
            f"GET {to.path} HTTP/1.1\r\nHost: {to.netloc}\r\n{upgrade}\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        )
        self._socket.sendall(asked.encode())
        answer = list(iter(self._stream.readline, b"\r\n"))
        assert b" 101 " in answer[0], answer

    def send(self, text: str) -> None:
        """Send a message."""
        data = text.encode()
        kind = min(len(data), 126) if len(data) < 1 << 16 else 127
        length = struct.pack(LENGTHS[kind], len(data)) if kind in LENGTHS else b""
        masked = bytes(byte ^ MASK for byte in data)
        self._socket.sendall(bytes([TEXT, MASKED | kind]) + length + 4 * bytes([MASK]) + masked)

    def receive(self) -> str:
        """The next message."""
        first, kind = self._stream.read(2)
        assert first == TEXT, first
        length = LENGTHS.get(kind)
        size = struct.unpack(length, self._stream.read(struct.calcsize(length)))[0] if length else kind
        return self._stream.read(size).decode()

    def close(self) -> None:
        """Leave."""
        self._stream.close()
        self._socket.close()
