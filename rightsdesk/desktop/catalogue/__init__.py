"""Artists and their folders: new ones, moved ones, and what is dropped on the window."""
