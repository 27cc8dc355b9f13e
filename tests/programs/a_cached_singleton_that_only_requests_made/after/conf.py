import functools


class Settings:
    def __init__(self):
        self.limit = 2


@functools.lru_cache
def get():
    return Settings()
