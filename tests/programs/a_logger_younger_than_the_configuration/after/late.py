import logging

logging.getLogger("late")
