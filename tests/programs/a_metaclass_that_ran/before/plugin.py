from base import Meta


class Plugin(metaclass=Meta):
    pass
