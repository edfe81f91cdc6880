"""What a file says about AI use, and how it gets there without harm.

Nothing here lets a library save a file. A container computes a `Patch` of raw byte
slices from a file opened for reading; the writer applies it to a copy and compares.
"""
