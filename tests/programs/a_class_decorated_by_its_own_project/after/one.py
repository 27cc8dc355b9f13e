from registry import register


@register
class Uno:
    pass
