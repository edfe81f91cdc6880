"""The page Licences: what single partners may do, by partner, with what ends soon.

One is added or changed in a form inside the page; what it opens up needs its own yes there.
"""
