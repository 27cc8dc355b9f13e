from celery import shared_task


@shared_task
def price(n: int = 1):
    return "old"
