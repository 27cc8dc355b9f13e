import logging

logging.getLogger("shop").addHandler(logging.StreamHandler())
