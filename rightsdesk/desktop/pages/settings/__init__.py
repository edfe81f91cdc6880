"""Settings: how the window looks, automatic checks, backups."""
