"""The identity provider as the sandbox plays it: choose who you are, go straight back."""
