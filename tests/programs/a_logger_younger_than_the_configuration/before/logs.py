import logging.config

LIMIT = 1
print(LIMIT)
logging.config.dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": True,
        "formatters": {"plain": {"format": "%(message)s"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "loggers": {"shop": {"level": "INFO", "handlers": ["out"]}},
    }
)
