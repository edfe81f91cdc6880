"""Libraries of other music programs as a first roster: read, proposed, and taken over with an undo.

They say where the music is and whose it is. What is in the files is read by the scan as always."""
