import functools


@functools.singledispatch
def describe(value):
    return "something"
