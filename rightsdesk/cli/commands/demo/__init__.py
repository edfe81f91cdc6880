"""`rightsdesk demo`: everything on made-up music, in the window or step by step.

`demo` is the command, `steps` what it does on the command line.
"""
