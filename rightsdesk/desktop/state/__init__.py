"""What the window works with: tasks outside its thread, the view's state, settings that stay."""
