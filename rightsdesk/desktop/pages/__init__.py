"""The pages of the window, a folder each. A page answers one question, in its heading.

Each is a `page.Page` at a `places.PagePlace`; `shell/main_window.py` builds it when it is first
needed. Pages do not know each other: what leads from one to another is a signal that the window
connects.
"""
