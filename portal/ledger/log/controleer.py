"""Controleert een bestand van "Mijn gegevens". Gebruik: python3 controleer.py mijn-gegevens.json

Only Python's standard library. Exit status 0 when every check passes, 1 otherwise. It also writes the
three files that `openssl` wants. What each check means stands on the page that offers this script.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def broken_line(lines):
    """The number of the first line that does not follow from the one before it; 0 when all do."""
    previous = "0" * 64
    for number, line in enumerate(lines, start=1):
        previous = hashlib.sha256(previous.encode() + canonical(line["content"])).hexdigest()
        if line["content"]["number"] != number or line["line_hash"] != previous:
            return number
    return 0


def digest(part):
    """Of a hidden part only the digest is there; the others have a value and a salt."""
    if "digest" in part:
        return part["digest"]
    return hmac.new(bytes.fromhex(part["salt"]), canonical(part["value"]), "sha256").hexdigest()


def proves_values(line):
    digests = canonical({name: digest(part) for name, part in line["parts"].items()})
    return hashlib.sha256(digests).hexdigest() == line["content"]["commitment"]


def root(leaf, path):
    """From the leaf of this chain up to the root over all chains."""
    found = hashlib.sha256(b"\x00" + leaf.encode()).digest()
    for side, other in path:
        pair = bytes.fromhex(other) + found if side == "left" else found + bytes.fromhex(other)
        found = hashlib.sha256(b"\x01" + pair).digest()
    return found.hex()


def check(data):
    """Yields for each check whether it passed, and what it says."""
    chain, lines, proof = data["log"]["chain"], data["log"]["lines"], data["proof"]
    broken = broken_line(lines)
    yield not broken, f"Regel {broken} klopt niet." if broken else f"Alle {len(lines)} regels kloppen."
    with_values = [line for line in lines if "parts" in line]
    wrong = [line["content"]["number"] for line in with_values if not proves_values(line)]
    yield not wrong, f"Waarden van regels {wrong} kloppen niet." if wrong else "Alle waarden kloppen."
    if not proof:
        yield False, "Nog niets gepubliceerd: download uw gegevens later nog eens."
        return
    last = ([""] + [line["line_hash"] for line in lines])[: proof["lines"] + 1][-1]
    header = json.loads(proof["header"])
    vouched = f"{chain} {proof['lines']} {last}" == proof["leaf"]
    vouched = vouched and root(proof["leaf"], proof["path"]) == header["root"]
    yield vouched, f"Regel 1 tot en met {proof['lines']}: gepubliceerd op {header['at']}."


if __name__ == "__main__":
    found = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    results = list(check(found))
    for passed, words in results:
        print("GOED" if passed else "FOUT", words)
    if found["proof"]:
        pathlib.Path("kop.json").write_bytes(found["proof"]["header"].encode())
        pathlib.Path("handtekening.bin").write_bytes(base64.b64decode(found["proof"]["signature"]))
        pathlib.Path("sleutel.pem").write_text(found["proof"]["public_key"])
    sys.exit(not all(passed for passed, _ in results))
