"""What the window works with: tasks outside its thread, the view's state and its table model, the
status bar, settings that stay."""
