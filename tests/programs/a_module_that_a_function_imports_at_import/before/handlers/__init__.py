HANDLERS = {}


def register(module) -> None:
    HANDLERS[module.NAME] = module


def both() -> None:
    from handlers import h_a, h_b

    register(h_a)
    register(h_b)


def load() -> None:
    both()
