from worker import celery


@celery.task
def price(n: int = 2):
    return "new"
