"""The catalogue of artists, releases and recordings: scanning files, grouping, matching, health."""
