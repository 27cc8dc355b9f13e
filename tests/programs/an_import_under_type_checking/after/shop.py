class Price:
    pass


class Tax:
    pass
