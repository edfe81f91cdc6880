"""Documents as PDF: laid out by QTextDocument, written by QPdfWriter.

Works without a window and outside the main thread; the command line loads it only for a PDF.
"""
