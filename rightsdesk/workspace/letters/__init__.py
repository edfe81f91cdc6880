"""Letters to platforms and AI companies: filled from the record, kept, and followed up.

Nothing is sent by the program: a person sends a letter and notes when, and when it was answered.
"""
