import broker
import dramatiq

NAME = "old"


@dramatiq.actor
def price(n: int = 1):
    return "old"
