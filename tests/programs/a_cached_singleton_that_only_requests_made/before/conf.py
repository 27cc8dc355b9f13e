import functools


class Settings:
    def __init__(self):
        self.limit = 1


@functools.lru_cache
def get():
    return Settings()
