"""Engines make Python edits live in the running process: a pure core decides, thin shells touch the process."""
