"""What holds before others: licences of partners, the ledger, and time stamps of its head."""
