"""A life event until it is sent, and what waits for another service."""
