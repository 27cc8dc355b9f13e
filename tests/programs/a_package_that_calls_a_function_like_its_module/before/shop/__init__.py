from .price import price
