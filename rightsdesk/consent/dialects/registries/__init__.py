"""Dialects of registries and distributors: DDEX, TDM·AI."""
