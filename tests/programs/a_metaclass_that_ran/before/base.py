class Meta(type):
    def __new__(cls, name, bases, members):
        members["label"] = "old"
        return super().__new__(cls, name, bases, members)
