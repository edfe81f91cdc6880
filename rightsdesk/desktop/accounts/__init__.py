"""Connecting accounts, and everything that can be done with one."""
