from worker import celery


@celery.task
def price(n: int = 1):
    return "new"
