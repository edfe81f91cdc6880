"""How fast RightsDesk is, as ratios to the plainest way of doing the same."""
