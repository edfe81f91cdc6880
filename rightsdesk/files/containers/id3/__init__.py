"""ID3 tags: parse them, edit raw frames, and copy frames from older tags."""
