"""Change a file so that it is always completely old or completely new: checks and writers."""
