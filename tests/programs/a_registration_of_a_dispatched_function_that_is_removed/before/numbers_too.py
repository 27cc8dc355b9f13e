import shapes

PREFIX = "a "


@shapes.describe.register
def _(value: int):
    return PREFIX + "number"
