"""Answers to problems: merge, keep apart or ignore; what they change for consents, and their undo.

Above the rest of the catalogue, which only knows the stored `decisions`.
"""
