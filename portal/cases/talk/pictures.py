"""How large a picture is, by its own header: whoever opens it needs that much memory."""

from __future__ import annotations

import struct
from typing import Final

MOST_PIXELS: Final = 100_000_000
"""Of a picture: four bytes each when it is opened, so that none fills the memory of who looks at it."""

_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG that begin a frame, and say how large it is."""


def pixels(kind: str, content: bytes) -> int:
    """Of a PNG or a JPEG, by its media type; 0 where it has no header that says so."""
    if kind == "image/png":
        if len(content) < 24:
            return 0
        width, height = struct.unpack(">II", content[16:24])
        return int(width * height)
    return jpeg_pixels(content)


def jpeg_pixels(content: bytes) -> int:
    """The same of what can only be a JPEG."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width * height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0
