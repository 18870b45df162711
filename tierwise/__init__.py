"""Tierwise: the service level every customer should have, and the promise kept."""
