"""Keys and certificates in a setting: PEM itself, or the path of a file with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def pem(setting: str) -> str:
    """The PEM; "" for an empty setting. Raises `OSError` where there is no such file."""
    is_path = setting and not setting.startswith("-----BEGIN")
    return Path(setting).read_text(encoding="ascii") if is_path else setting


def certificates_in(setting: str) -> list[str]:
    """Each certificate of it, in its order."""
    return _CERTIFICATE.findall(pem(setting))
