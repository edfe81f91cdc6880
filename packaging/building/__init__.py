"""Builds what people install: the program as a folder, and the packages made of it.

Standard library only; the tools that it runs are in an environment of their own.
"""
