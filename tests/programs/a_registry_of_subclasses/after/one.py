from base import Base


class Uno(Base):
    pass
