from functools import lru_cache

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    title: str = "Settings one"
    debug: bool = False


@lru_cache
def get_settings() -> Settings:
    return Settings()
