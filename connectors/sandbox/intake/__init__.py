"""An agency with an intake of its own: it implements `connectors/destinations/rest/openapi.yaml`."""
