"""One script per claim of speed; each prints its ratio to a limit or rival of the same run."""
