"""What several pages are built from: words for values, lists of artists, search, message boxes."""
