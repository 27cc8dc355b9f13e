class Base:
    registry = {}

    def __init_subclass__(cls):
        cls.registry[cls.__name__] = cls
