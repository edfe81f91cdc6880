"""Documents for people: blocks of text and tables, and their forms as HTML and plain text.

Reports and letters are made of them; the window's room prints them as PDF.
"""
