"""Files that people send, good and bad ones, made here so that none of them lies in the repository."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file with which every scanner can be tried; it does nothing (eicar.org)."""


def pdf(*objects: bytes) -> bytes:
    """A PDF of one empty page, with more objects in it."""
    first = [
        b"1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj",
        b"2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj",
        b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>\nendobj",
    ]
    return b"%PDF-1.7\n" + b"\n".join([*first, *objects]) + b"\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def packed(content: bytes, extra: bytes = b"/Filter /FlateDecode", kind: bytes = b"/ObjStm") -> bytes:
    """An object stream (ISO 32000-1, 7.5.7) with something in it."""
    data = zlib.compress(content)
    return (
        b"9 0 obj\n<</Type " + kind + b" /N 1 /First 4 /Length %d " % len(data) + extra
        + b">>\nstream\n" + data + b"\nendstream\nendobj"
    )  # fmt: skip


def page(*pieces: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """What stands on a page (ISO 32000-1, 7.8.2), packed piece by piece."""
    packer = zlib.compressobj(1)
    data = b"".join([*(packer.compress(one) for one in pieces), packer.flush()])
    head = b"8 0 obj\n<</Length %d /Filter [%b]>>\nstream\n" % (len(data), filters)
    return head + data + b"\nendstream\nendobj"


def stream(data: bytes, filters: bytes, extra: bytes = b"") -> bytes:
    """Something that went through those filters already."""
    head = b"8 0 obj\n<</Length %d /Filter [%b]%b>>\nstream\n" % (len(data), filters, extra)
    return head + data + b"\nendstream\nendobj"


def as_hex(data: bytes) -> bytes:
    """Two digits a byte (ISO 32000-1, 7.4.2)."""
    return data.hex("\n", 64).encode() + b">"


def as_85(data: bytes) -> bytes:
    """Five characters for four bytes (7.4.3)."""
    return base64.a85encode(data, wrapcol=76) + b"~>"


def run_length(byte: bytes, times: int) -> bytes:
    """A byte so often, 128 at a time (7.4.5)."""
    return (b"\x81" + byte) * (times // 128) + b"\x80"


def lzw(content: bytes, *, early: bool = True) -> bytes:
    """Packed as a TIFF or an old PDF is (7.4.4)."""
    held = bits = 0
    made = bytearray()
    for code, width in _codes(content, early=early):
        held, bits = held << width | code, bits + width
        while bits >= 8:
            bits -= 8
            made.append(held >> bits & 0xFF)
        held &= (1 << bits) - 1
    return bytes(made) + (bytes([held << (8 - bits) & 0xFF]) if bits else b"")


def _codes(content: bytes, *, early: bool) -> Iterator[tuple[int, int]]:
    """Each code, and how many bits it takes; the table begins again where it is full."""
    table: dict[bytes, int] = {}
    known, number, width = b"", 258, 9
    yield 256, width
    for at in range(len(content)):
        longer = content[at : at + 1] if not known else known + content[at : at + 1]
        if len(longer) == 1 or longer in table:
            known = longer
            continue
        yield table.get(known, known[0]), width
        table[longer], number, known = number, number + 1, longer[-1:]
        width = max(9, (number - 1 + early).bit_length())
        if number == 4094:
            yield 256, width
            table, number, width = {}, 258, 9
    if known:
        yield table.get(known, known[0]), width
        width = max(9, (number + early).bit_length())
    yield 257, width


SCRIPT = b"<</S /JavaScript /JS (app.alert\\(1\\))>>"


def png(width: int = 1, height: int = 1) -> bytes:
    """A PNG that says it is so large; it holds one black pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width: int = 1, height: int = 1) -> bytes:
    """The beginning of a JPEG that says it is so large."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + app + frame + b"\xff\xd9"
