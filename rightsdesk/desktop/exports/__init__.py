"""Consents as texts to hand over, and who reads which of them."""
