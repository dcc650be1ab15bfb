"""The officer's desk: the work list of an agency, and who of its officers has which case in hand."""
