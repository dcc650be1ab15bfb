"""What gunicorn serves: `gunicorn connectors.sandbox.wsgi`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

# Set, not proposed: the portal's settings may be in the environment.
os.environ["DJANGO_SETTINGS_MODULE"] = "connectors.sandbox.settings"
application = get_wsgi_application()
