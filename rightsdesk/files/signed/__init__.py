"""Content Credentials: whether a file is signed, by whom, and where the manifest is."""
