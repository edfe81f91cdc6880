"""Changes to a file as splices of raw bytes: apply, preview and reverse them."""
