"""The roster: artists, their accounts, and the vault that stores the accounts' secrets."""
