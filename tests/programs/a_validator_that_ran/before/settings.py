from pydantic import BaseModel, field_validator


class Settings(BaseModel):
    limit: int = 1

    @field_validator("limit", mode="after")
    @classmethod
    def scaled(cls, value):
        return value * 10


settings = Settings(limit=2)
