def first():
    return "new"


alias = first
table = {"first": alias}
