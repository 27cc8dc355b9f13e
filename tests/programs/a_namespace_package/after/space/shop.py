def price(tax=2):
    return tax
