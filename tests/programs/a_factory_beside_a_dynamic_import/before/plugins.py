import importlib

loaded = [importlib.import_module(name) for name in ("greeting",)]
