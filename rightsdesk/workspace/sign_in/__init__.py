"""Connecting accounts: sign-in forms, clients, and hosts."""
