"""The faces for HTTP: ping endpoints as bare ASGI, everything that people look at through Litestar.

Litestar is imported in this room only.
"""
