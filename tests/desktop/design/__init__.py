"""The design system, judged by its pixels."""
