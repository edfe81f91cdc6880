"""Helper processes that read and prepare files, and the protocol between them and us."""
