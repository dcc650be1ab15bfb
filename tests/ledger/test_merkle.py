"""The tree proves each of its leaves, and nothing else."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from portal.ledger.log.merkle import path_of, root_by_path, root_of

LEAVES = st.lists(st.binary(max_size=20), min_size=1, max_size=70)


@given(LEAVES, st.data())
def test_every_leaf_leads_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = path_of(leaves, index)
    assert root_by_path(leaves[index], path) == root_of(leaves)
    assert len(path) <= (len(leaves) - 1).bit_length()


@given(LEAVES, st.data())
def test_another_leaf_does_not(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(max_size=70).filter(lambda leaf: leaf != leaves[index]))
    assert root_by_path(other, path_of(leaves, index)) != root_of(leaves)


@given(LEAVES, st.data())
def test_the_root_changes_with_any_leaf_its_place_and_their_number(
    leaves: list[bytes], data: st.DataObject
) -> None:
    other = data.draw(LEAVES.filter(lambda found: found != leaves))
    assert root_of(other) != root_of(leaves)


def test_a_node_does_not_pass_for_a_leaf() -> None:
    left, right = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b"))
    assert root_of([left + right]) != root_of([b"a", b"b"])


@given(LEAVES)
def test_it_is_the_tree_of_rfc_6962(leaves: list[bytes]) -> None:
    def by_the_rfc(found: list[bytes]) -> bytes:
        if len(found) == 1:
            return hashlib.sha256(b"\x00" + found[0]).digest()
        half = 1 << ((len(found) - 1).bit_length() - 1)
        return hashlib.sha256(b"\x01" + by_the_rfc(found[:half]) + by_the_rfc(found[half:])).digest()

    assert root_of(leaves) == by_the_rfc(leaves).hex()
