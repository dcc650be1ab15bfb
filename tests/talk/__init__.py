"""What the citizen and the agency say to each other after filing."""
