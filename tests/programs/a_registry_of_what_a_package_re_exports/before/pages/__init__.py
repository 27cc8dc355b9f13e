from .one import make

TITLE = "pages"
