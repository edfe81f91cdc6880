"""Connecting accounts: what is asked, the clients that act for them, and their hosts."""
