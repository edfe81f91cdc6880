"""What `export` makes besides the kinds that the workspace knows."""

MATRIX = "matrix"
"""The kind that is the table of the matrix, as CSV."""
