"""Licences: kept, changed with what they open, and joined to consents while they hold."""
