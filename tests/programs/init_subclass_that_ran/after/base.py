class Base:
    def __init_subclass__(cls):
        cls.label = "new " + cls.__name__
