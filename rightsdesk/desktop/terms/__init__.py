"""Changes in the terms of platforms: both texts side by side, whom they concern, and answers.

Home, Platforms and the palette lead here.
"""
