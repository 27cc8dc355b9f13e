def first():
    return "old"


alias = first
table = {"first": alias}
