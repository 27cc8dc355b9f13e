from celery import Celery

NAME = "old"
celery = Celery("shop")
