from sqlalchemy import event

import db

WORD = "new"
print(WORD)


@event.listens_for(db.engine, "before_cursor_execute")
def listen(*args):
    db.seen.append(WORD)
