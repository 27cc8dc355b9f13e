import contextlib
import io

with contextlib.redirect_stdout(io.StringIO()) as out:
    print("old")
text = out.getvalue()
