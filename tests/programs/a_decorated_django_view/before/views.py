from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

import state


def count(request):
    return HttpResponse(str(state.count()))


@never_cache
def index(request):
    return HttpResponse("old " + reverse(index))
