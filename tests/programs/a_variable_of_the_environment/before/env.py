import os

os.environ.setdefault("SHOP", "old")
