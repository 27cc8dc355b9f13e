import os

os.environ.setdefault("SHOP", "new")
