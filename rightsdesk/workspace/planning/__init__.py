"""Plans: the changes that make every carrier say what its consent says."""
