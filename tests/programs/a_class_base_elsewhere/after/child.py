from parent import Parent


class Child(Parent):
    def greet(self):
        return self.word
