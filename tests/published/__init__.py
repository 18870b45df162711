"""Expectations from outside; `TIERWISE_CASES` names another folder with the same files."""
