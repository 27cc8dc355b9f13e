from registry import register


@register
class One:
    pass
