"""The doors: command line, HTTP, pages, jobs, configuration, wiring."""
