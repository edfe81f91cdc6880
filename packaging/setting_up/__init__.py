"""Sets RightsDesk up on a machine that has Python and nothing else.

Standard library only: this runs before anything is installed.
"""
