"""Home: how protected the music is, and what to do next."""
