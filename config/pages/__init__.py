"""Pages that look at every floor: the home page of each role, the menu, and the log."""
