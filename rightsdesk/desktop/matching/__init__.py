"""Which recording is this? Tracks on platforms whose recording is not certain: a list, the
candidates of each with the reason of every doubt, and all clear ones at once."""
