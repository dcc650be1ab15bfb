"""What breaks around a request, one fault a test, with the real processes and the agency's own count."""
