"""Helper processes that read and prepare files, and the protocol to talk to them."""
