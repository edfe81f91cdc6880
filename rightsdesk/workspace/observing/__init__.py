"""Reading accounts: their items, which recordings these are, drift, how old a reading is."""
