import setting
from django.db import models

NAME = "old"


class Hero(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()

    class Meta:
        app_label = "shop"
