"""Carriers compared with consents: matrix, problems, audio proof, inspector."""
