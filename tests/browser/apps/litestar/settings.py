from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    title: str = "Settings one"


settings = Settings()
