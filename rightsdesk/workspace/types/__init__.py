"""Values that several rooms, the window and the command line share, made for reading.

The values of a single room are in its own `types`.
"""
