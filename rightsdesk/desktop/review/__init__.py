"""The review: what a plan will change, in one sentence, by release, row by row on demand."""
