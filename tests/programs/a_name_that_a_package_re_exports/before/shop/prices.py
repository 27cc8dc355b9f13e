def price(tax=1):
    return tax
