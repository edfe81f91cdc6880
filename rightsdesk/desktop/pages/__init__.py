"""The pages of the window, a folder each. A page answers one question, in its heading.

Each is a `page.Page`; `shell/main_window.py` lists them. Pages do not know each other: what
leads from one to another is a signal that the window connects.
"""
