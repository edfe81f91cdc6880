"""Terms of service: reading, comparing, judging."""
