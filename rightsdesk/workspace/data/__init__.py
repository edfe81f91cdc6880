"""The data folder: opened, checked, backed up and restored."""
