class Answer:
    kind = "new"

    def __init__(self, text: str) -> None:
        self.text = text + self.kind


nothing = Answer("nothing")
