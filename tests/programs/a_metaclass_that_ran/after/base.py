class Meta(type):
    def __new__(cls, name, bases, members):
        members["label"] = "new"
        return super().__new__(cls, name, bases, members)
