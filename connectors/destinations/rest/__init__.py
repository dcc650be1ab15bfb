"""An agency with an intake of its own: it implements the small API in `openapi.yaml` beside this file."""
