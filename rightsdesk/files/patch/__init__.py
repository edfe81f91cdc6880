"""Changes to a file as splices of raw bytes, their inverse, and the file as they would leave it."""
