"""The pure heart: bytes and values in, values out.

No sockets, no files, no clocks, no databases, nothing that waits.
"""
