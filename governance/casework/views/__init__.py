"""Pages of casework: `read` for everybody who may, `ask` for officers, `judge` for those who advise and decide."""
