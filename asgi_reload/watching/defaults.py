"""Names that are nobody's work: what is ignored before a user says anything. Patterns of single names, for `Names`."""

from __future__ import annotations

DIRECTORIES = (
    # version control
    *(".git", ".hg", ".jj", ".sl", ".svn", ".bzr", ".pijul", "_darcs", "CVS"),
    # virtual environments by name; any directory with a pyvenv.cfg is one too
    *(".venv", "venv", ".virtualenv", ".tox", ".nox", "__pypackages__", ".direnv", ".eggs", "*.egg-info"),
    # caches
    *("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache", ".pyre", ".pytype"),
    *(".ipynb_checkpoints", ".parcel-cache", ".sass-cache", ".turbo", ".vite", "htmlcov"),
    # other people's code
    *("node_modules", "bower_components"),
    # editors
    *(".idea", ".vscode", ".vs", ".history"),
)
FILES = (
    # vim: probe for a writable directory, swap, backup
    *("4913", "*.swp", ".*.sw[a-px]", "*~"),
    # emacs: lock, autosave; flycheck's copy
    *(".#*", "#*#", "flycheck_*"),
    # JetBrains safe write; sed -i; GNOME; Kate; LibreOffice, Office
    *("*___jb_tmp___", "*___jb_old___", "*___jb_bak___", "sed" + "[0-9A-Za-z]" * 6),
    *(".goutputstream-*", "*.kate-swp", ".~lock.*#", "~$*"),
    # write-temp-then-rename, downloads, merges, and what file systems leave
    *("*.tmp", "*.tmp.*", "*.temp", "*.part", "*.crdownload", "*.orig", "*.rej", "*.bak"),
    *(".nfs*", ".fuse_hidden*", ".DS_Store", "Thumbs.db", "desktop.ini"),
    # what programs write while they run
    *("*.log", "*.py[cod]", "*.pid", ".coverage", ".coverage.*"),
    *(f"*.{kind}{tail}" for kind in ("db", "db3", "sqlite", "sqlite3") for tail in ("", "-wal", "-shm", "-journal")),
)
