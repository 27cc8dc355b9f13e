import importlib
import pkgutil

names = []
for info in pkgutil.iter_modules(__path__):
    names.append(importlib.import_module(f"{__name__}.{info.name}").name)
