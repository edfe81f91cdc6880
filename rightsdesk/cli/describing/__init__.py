"""The command line described by itself: what shells complete, and the manual page."""
