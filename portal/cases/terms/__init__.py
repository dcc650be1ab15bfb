"""The legal clock of a case: what made it stand still, and what one may do when it is over."""
