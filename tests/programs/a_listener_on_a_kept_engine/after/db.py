import sqlalchemy

engine = sqlalchemy.create_engine("sqlite://")
seen = []
