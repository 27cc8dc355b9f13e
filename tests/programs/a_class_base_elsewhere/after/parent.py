class Parent:
    word = "new"
