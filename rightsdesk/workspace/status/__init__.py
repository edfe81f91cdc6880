"""How everything stands: the matrix, problems, proof of the audio, a close look."""
