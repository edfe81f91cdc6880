"""The main job, its results and proof; undo and redo, and the history in words."""
