"""Engines make Python edits live in the running process. The core decides from text alone; thin shells touch the process."""
