"""A value that is wrong by the citizen's word: kept, marked, told to agencies, and asked to be corrected."""
