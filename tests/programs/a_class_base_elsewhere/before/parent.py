class Parent:
    word = "old"
