"""How carriers stand against consents: matrix, problems, audio proof, inspector."""
