from django.http import HttpResponse
from django.urls import reverse

import state


def count(request):
    return HttpResponse(str(state.count()))


def index(request):
    return HttpResponse("old " + reverse(index))
