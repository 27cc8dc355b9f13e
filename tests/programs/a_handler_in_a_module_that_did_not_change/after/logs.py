import logging
import warnings

import limits


def set_up(name):
    logging.getLogger(name).addHandler(logging.StreamHandler())
    warnings.filterwarnings("ignore", message="shop")


set_up("shop")
LIMIT = limits.LIMIT
print(LIMIT)
