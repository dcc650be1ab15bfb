"""Settings of the `demo` command itself.

The command starts before there is a database, a key or a broker, so it cannot load the portal's
settings; the processes that it starts do, with the environment from `portal.local.environment`.
"""

from __future__ import annotations

import secrets

SECRET_KEY = secrets.token_hex()
INSTALLED_APPS = ["portal.local"]
USE_TZ = True
