"""The threads in which sources are asked."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

MOST_CALLS = 256
"""How many sources one process asks at the same time: more than its requests can want together."""


@cache
def calls() -> ThreadPoolExecutor:
    """Threads that are kept for the next round: to start eight of them takes as long as their work."""
    return ThreadPoolExecutor(MOST_CALLS, thread_name_prefix="source")


# Threads do not survive a fork.
os.register_at_fork(after_in_child=calls.cache_clear)
