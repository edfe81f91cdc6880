"""The table of recordings and carriers, what filters it, and the details of one recording."""
