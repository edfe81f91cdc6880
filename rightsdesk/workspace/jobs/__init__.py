"""What becomes of jobs: where their changes are, what was refused, and how they continue."""
