from .greet import greet

__all__ = ["greet"]
