"""Linkback tells the owner of a site who links to it, and tells other sites when their owner links to them."""

__version__ = "0.1.0"
