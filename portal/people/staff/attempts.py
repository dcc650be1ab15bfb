"""How often somebody may be wrong, by account and by network.

An attempt is counted before anything is looked at, in one step of the cache: fifty at the same moment are no
way around it. Who was right gets the own attempt back and no more: good logins in between clear nothing.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from typing import Final

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest

from portal.people.keys import keyed_hmac

WINDOW: Final = 15 * 60
"""Seconds that an attempt counts, at most."""
PER_ACCOUNT: Final = 10
PER_NETWORK: Final = 30
PER_SECOND_STEP: Final = 5
PER_ASSIST: Final = 10
PER_SEARCH: Final = 60
PER_CODE_SENT: Final = 20
PER_CALL_BACK: Final = 3
PER_CHECK: Final = 5
_IPV6_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that was counted, and may be looked at."""

    keys: tuple[str, ...]

    def was_right(self) -> None:
        """Does not count after all."""
        for key in self.keys:
            try:
                cache.decr(key)
            except ValueError:
                # Its time was over meanwhile.
                continue


def password_attempt(request: HttpRequest, email: str) -> Attempt | None:
    """None where there were too many, of this account (there or not) or from this network."""
    return _counted({f"account:{email}": PER_ACCOUNT, f"network:{network_of(request)}": PER_NETWORK})


def second_step_attempt(request: HttpRequest, user_id: object) -> Attempt | None:
    """The same for a code of six digits, of which far fewer may be tried."""
    return _counted(
        {f"second-step:{user_id}": PER_SECOND_STEP, f"network:{network_of(request)}": PER_NETWORK}
    )


def assist_attempt(user_id: object) -> Attempt | None:
    """The same for the codes of citizens that one member of the helpdesk types, whoever they are of."""
    return _counted({f"assist:{user_id}": PER_ASSIST})


def search_attempt(user_id: object) -> Attempt | None:
    """The same for looking somebody up."""
    return _counted({f"search:{user_id}": PER_SEARCH})


def send_code_attempt(user_id: object) -> Attempt | None:
    """The same for having codes sent to citizens, whoever they are."""
    return _counted({f"send-code:{user_id}": PER_CODE_SENT})


def check_attempt(citizen_id: object) -> Attempt | None:
    """The same for the answers that somebody gives to say who they are: of one citizen, whoever asks."""
    return _counted({f"check:{citizen_id}": PER_CHECK})


def call_back_attempt(request: HttpRequest) -> Attempt | None:
    """The same for asking to be called back by who is not logged in."""
    return _counted({f"call-back:{network_of(request)}": PER_CALL_BACK})


def network_of(request: HttpRequest) -> str:
    """Where it comes from: one IPv4 address, or the 64 bits of IPv6 that one household has.

    `X-Forwarded-For` is believed only as far as our own proxies wrote it (`ALLAUTH_TRUSTED_PROXY_COUNT`).
    """
    address = get_client_ip(request)
    if address is None:
        return ""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((int(found), _IPV6_NETWORK), strict=False))


def _counted(limits: dict[str, int]) -> Attempt | None:
    # The number of the window is in the key, so that one that outlives its time counts for nothing.
    window = _window()
    keys = {f"attempts:{window}:{keyed_hmac('attempts', name)}": most for name, most in limits.items()}
    within = [_count(key) <= most for key, most in keys.items()]
    return Attempt(tuple(keys)) if all(within) else None


def _window() -> int:
    return int(time.time()) // WINDOW


def _count(key: str) -> int:
    if cache.add(key, 1, timeout=2 * WINDOW):
        return 1
    count: int = cache.incr(key)
    return count
