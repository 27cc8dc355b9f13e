import shapes

PREFIX = "a "
