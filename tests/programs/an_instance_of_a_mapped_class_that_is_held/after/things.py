from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "things"
    note = 1
    id: Mapped[int] = mapped_column(primary_key=True)


def make():
    return Thing(id=1)


def word(one):
    return one.id
