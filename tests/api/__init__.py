"""The agencies' API."""
