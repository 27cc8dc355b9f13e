import logging
import warnings


def set_up(name):
    warnings.filterwarnings("ignore", message="shop")


set_up("shop")
