"""Clients that behave badly: one never reads, one reads a byte per second, one vanishes."""

import ctypes
import socket
import struct
import threading
from typing import Literal

Kind = Literal["never reads", "reads a byte per second", "vanished without a FIN"]
KINDS: tuple[Kind, ...] = ("never reads", "reads a byte per second", "vanished without a FIN")

RECEIVE_BYTES = 4096
SEGMENT_BYTES = 1400  # of a real network: loopback's 64 KB would let the kernel buffer megabytes
_SO_ATTACH_FILTER = 26
_RETURN = 0x06  # classic BPF: end the program with the number of bytes to keep


class BadClient:
    """One open stream that misbehaves until it is closed."""

    def __init__(self, kind: Kind, port: int, request: str) -> None:
        self.kind = kind
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        self._socket.settimeout(10)
        self._socket.connect(("127.0.0.1", port))
        self._socket.sendall(request.encode())
        self._socket.recv(64)  # the answer begins: it is a stream now
        self.local_port: int = self._socket.getsockname()[1]
        self._closed = threading.Event()
        if kind == "vanished without a FIN":
            _drop_all(self._socket)
        elif kind == "reads a byte per second":
            threading.Thread(target=self._read_slowly, daemon=True).start()

    def close(self) -> None:
        """Close it; a vanished one keeps ignoring every answer to that."""
        self._closed.set()
        self._socket.close()

    def _read_slowly(self) -> None:
        while not self._closed.wait(1):
            try:
                if not self._socket.recv(1):
                    return
            except OSError:
                return


def _drop_all(sock: socket.socket) -> None:
    """Make the kernel discard what arrives, unacknowledged, as if the machine were gone."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", _RETURN, 0, 0, 0))
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(instruction))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
