"""Reports on consent: what was chosen, found and done for some music, for people and machines.

Read from the store as it is at one moment; written as JSON and as a document (HTML, PDF).
"""
