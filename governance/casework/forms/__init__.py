"""Forms of casework: `ask` for officers, `judge` for those who advise and decide."""
