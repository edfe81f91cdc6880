"""The platforms as servers on this computer: for the demo, and as the tests' counterpart.

They keep to what the platforms document, know nothing of the rest of RightsDesk, and do on
request what real servers do wrong.
"""
