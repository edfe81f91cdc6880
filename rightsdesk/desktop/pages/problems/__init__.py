"""Problems: what could not be read or disagrees, with what mends it."""
