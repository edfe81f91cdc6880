"""Plans: what has to change so that every carrier says what is wanted."""
