"""What comes back from an agency, and what follows from it."""
