"""An agency without a system of its own that we can reach: its officers work in the portal."""
