"""Who a person is, where they live and who is their family, from the register of persons (BRP)."""
