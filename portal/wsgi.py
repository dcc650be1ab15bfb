"""The web process."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from portal.catalogue import load_all  # noqa: E402  (needs the settings)
from portal.practice.checks import refuse_what_is_real  # noqa: E402

refuse_what_is_real()
load_all()

# A page makes tens of thousands of objects that live no longer than it does. To look for rings among them
# every 700 objects, and now and then through all that was loaded at the start, takes a tenth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
