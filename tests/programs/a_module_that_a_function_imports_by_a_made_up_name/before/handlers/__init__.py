import importlib

HANDLERS = {}


def load() -> None:
    for name in ("h_a", "h_b"):
        module = importlib.import_module(f"handlers.{name}")
        HANDLERS[module.NAME] = module
