"""How an item of an account was linked to a recording: the words that the store has for it."""

PERSON, REFUSED, ASK, OWN = "person", "refused", "ask", "own"
"""A person said which recording it is, or that it is none of those that resemble it; a person
has to say; it is like no other, and has a recording of its own. Other words name what a link
was guessed by."""
