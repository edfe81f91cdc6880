"""Read and write declarations about AI use in audio files, without side effects.

No library ever saves a file. A container reads a file and computes a `Patch` of raw byte
slices. The writer applies it and compares the result with the original.
"""
