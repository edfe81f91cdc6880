"""Evidence for others: the ledger as a file that can be checked without this program, and time
stamps of its head."""
