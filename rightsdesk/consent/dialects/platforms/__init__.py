"""What platforms say: their own switches, and our tags and sentences there."""
