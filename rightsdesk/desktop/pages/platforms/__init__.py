"""Platforms: where a person must act, and what is known of each. A board for one artist, a list
for all, and pages within the page for one platform, for choosing, connecting and matching."""
