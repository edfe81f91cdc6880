"""Changing a file so that it is always wholly old or wholly new: guards, attributes, checks."""
