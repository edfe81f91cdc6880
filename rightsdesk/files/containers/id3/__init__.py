"""ID3 tags: parsed, edited as raw frames, and what they take over from older tags."""
