"""`rightsdesk terms`: the terms of platforms, watched, compared and answered.

One module for comparing files, one for the watch, and one for alarms and versions.
"""
