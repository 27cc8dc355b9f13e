import contextlib
import io

with contextlib.redirect_stdout(io.StringIO()) as out:
    print("new")
text = out.getvalue()
