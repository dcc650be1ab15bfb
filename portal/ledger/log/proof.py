"""What proves a chain to the citizen whose it is: the published head, and the way from their lines to it."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.ledger.log import controleer
from portal.ledger.log.heads import NoHeadsFolder, heads_folder, parse_leaf, read_publication
from portal.ledger.log.merkle import path_of
from portal.ledger.log.signing import NoSigningKey, fingerprint, is_signed, public_key, public_pem
from portal.ledger.models import PublishedHead

log = structlog.get_logger(__name__)


def check_download(content: bytes, key: Ed25519PublicKey) -> list[tuple[bool, str]]:
    """Whether a citizen's download holds: what `controleer.py` checks, and the signature of this key.

    Each check with whether it passed, and in words. Looks at nothing but the file and the key.
    """
    try:
        data = json.loads(content)
        results = [(bool(passed), str(words)) for passed, words in controleer.check(data)]
        proof = data["proof"]
        signature = base64.b64decode(proof["signature"]) if proof else b""
        signed = bool(proof) and is_signed(key, proof["header"].encode(), signature)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return [(False, "Dit is geen (heel) bestand van Mijn gegevens.")]
    return [*results, (signed, "De handtekening klopt." if signed else "De handtekening klopt niet.")]


def proof_of(chain: uuid.UUID) -> dict[str, Any] | None:
    """The newest published head of a chain; None while there is none, or where it cannot be read.

    Shape: `{"lines", "newest", "leaf", "path": [["left"|"right", hash], …], "header" (the text that was
    signed), "signature" (base64), "public_key" (PEM), "fingerprint"}`. It vouches for the first `lines`
    lines: those after it were not published yet.
    """
    known = PublishedHead.objects.filter(chain=chain).first()
    if known is None:
        return None
    try:
        one, key = read_publication(heads_folder(), known.publication), public_key()
        leaves = one.leaves()
    except (OSError, NoHeadsFolder, NoSigningKey):
        log.exception("a published head cannot be read", publication=known.publication)
        return None
    index = next((at for at, leaf in enumerate(leaves) if parse_leaf(leaf).chain == str(chain)), None)
    if index is None:
        log.error("a chain is not in its publication", publication=known.publication)
        return None
    head = parse_leaf(leaves[index])
    return {
        "lines": head.lines,
        "newest": head.newest,
        "leaf": leaves[index].decode(),
        "path": path_of(leaves, index),
        "header": one.header.decode(),
        "signature": base64.b64encode(one.signature).decode(),
        "public_key": public_pem(key),
        "fingerprint": fingerprint(key),
    }
