"""Which addresses there are, from the register of addresses and buildings (BAG)."""
