"""The municipality as the sandbox plays it: a person at the desk registers a newborn."""
