"""The data folder: opening, checking, backing up and restoring."""
