"""`statustext`: what an operator does from a shell, with their own AWS credentials."""

from statustext_cli.command import app

app(prog_name="statustext")
