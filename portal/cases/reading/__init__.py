"""How cases read: the inbox, words for phases and values."""
