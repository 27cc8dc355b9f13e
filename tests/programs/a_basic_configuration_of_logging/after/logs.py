import logging

logging.basicConfig(level=logging.ERROR, format="%(name)s")
