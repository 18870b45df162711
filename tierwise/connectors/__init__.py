"""Every system outside our process: files, databases, engines, help desks, shops."""
