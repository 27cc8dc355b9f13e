import broker
import dramatiq

NAME = "new"


@dramatiq.actor
def price(n: int = 2):
    return "new"
