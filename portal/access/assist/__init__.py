"""Looking along: somebody of the helpdesk beside a citizen, a quarter of an hour, with their word."""
