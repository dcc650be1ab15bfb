"""A Merkle tree: one hash for many leaves, and a short path that proves that a leaf is under it.

SHA-256 throughout. A leaf is hashed with a zero byte in front, two nodes with a one byte, so that no
node passes for a leaf. Level by level, nodes are joined two by two; a last one without a neighbour
moves up as it is. That gives the tree of RFC 6962, section 2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

Step = tuple[Literal["left", "right"], str]
"""The neighbour's hash on the way up (hexadecimal), and on which side of ours it stands."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def root_of(leaves: Sequence[bytes]) -> str:
    """The root over these leaves in their order, in hexadecimal; of none at all, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0].hex()


def path_of(leaves: Sequence[bytes], index: int) -> list[Step]:
    """What must be joined to the leaf at `index`, from the bottom up, to come to the root."""
    level, path = [leaf_hash(leaf) for leaf in leaves], list[Step]()
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(("left" if neighbour < index else "right", level[neighbour].hex()))
        level, index = _above(level), index // 2
    return path


def root_by_path(leaf: bytes, path: Iterable[Step]) -> str:
    """The root that follows from a leaf and its path."""
    found = leaf_hash(leaf)
    for side, other in path:
        found = _join(bytes.fromhex(other), found) if side == "left" else _join(found, bytes.fromhex(other))
    return found.hex()


def _above(level: list[bytes]) -> list[bytes]:
    joined = [_join(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return joined + level[len(level) - len(level) % 2 :]


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
