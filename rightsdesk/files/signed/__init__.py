"""Content Credentials: find the manifests of signed files, and read their declarations."""
