def greet(name, mark="!"):
    return name + mark
