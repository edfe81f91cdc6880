"""Data files: facts about platforms, crawlers and signals, with sources and the day of their
check."""
