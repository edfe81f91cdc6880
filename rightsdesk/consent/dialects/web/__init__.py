"""Dialects of web sites for crawlers: robots.txt, headers, TDMRep, RSL, AIPREF."""
