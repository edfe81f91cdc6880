"""What web sites say to crawlers: robots.txt, headers, TDMRep, RSL, AIPREF."""
