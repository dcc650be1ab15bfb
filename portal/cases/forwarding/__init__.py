"""Sending on what came to the wrong agency (doorzenden, Awb 2:3)."""
