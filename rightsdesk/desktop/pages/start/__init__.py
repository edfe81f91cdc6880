"""The first start: whose music it is, where it is, and what AI may do with it."""
