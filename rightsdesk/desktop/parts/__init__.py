"""What pages are built from: colours, icons, widgets, words, the status bar."""
