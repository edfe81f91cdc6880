"""The terms watch: documents of platforms, fetched once a day, kept, compared and answered.

It is off until a person asks for it. What two versions say is decided by `rightsdesk.terms`.
"""
