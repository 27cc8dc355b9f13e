class Base:
    def __init_subclass__(cls):
        cls.label = "old " + cls.__name__
