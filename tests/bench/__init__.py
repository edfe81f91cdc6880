"""Benchmarks: RightsDesk's speed as ratios to the simplest way to do the same work."""
