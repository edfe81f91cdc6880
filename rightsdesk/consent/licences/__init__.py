"""Licences: what one partner may do with the music, where, and until when. Pure values.

A consent says what everyone may do; a licence adds to it for one partner, and never for others.
"""
