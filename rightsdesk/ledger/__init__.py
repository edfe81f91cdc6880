"""What makes the history provable: the chain of its entries, and time stamps of its head.

Pure: bytes in, values out. Reading the tables and asking servers happens elsewhere.
"""
