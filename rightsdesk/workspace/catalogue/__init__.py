"""From files on disk to artists, releases and recordings: scanning, identity, health."""
