"""What a rule of law says of a case, and how an outcome says what it rests on."""
