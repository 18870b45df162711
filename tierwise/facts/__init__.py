"""The records, tables and units every other package speaks in."""
