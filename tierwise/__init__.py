"""Tierwise: the service level every customer should have, and the promise kept."""

__version__ = "0.1.0"
