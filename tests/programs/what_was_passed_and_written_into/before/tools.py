def put(table, name):
    table[name] = name
    return name
