"""The roster: artists, their accounts, and the vault for the secrets of those."""
