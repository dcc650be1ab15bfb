"""Telling an agency that fetches here that something waits for it."""
