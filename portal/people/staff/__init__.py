"""Staff with an account of our own: invited, with a password and a second step."""
