"""New words."""

x = 1
