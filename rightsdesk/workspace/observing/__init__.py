"""Reading accounts: items, their recordings, drift, and the age of each reading."""
