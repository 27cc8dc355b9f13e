"""Old words."""

x = 1
