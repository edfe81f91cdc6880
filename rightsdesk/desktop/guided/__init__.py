"""Switches that only the person can set: the way there step by step, what the person noted,
and how each fact is known."""
