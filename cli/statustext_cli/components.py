"""`statustext components …`: the parts of a page and their states."""

from typing import Annotated

import typer

from statustext_cli.terminal import session

app = typer.Typer(no_args_is_help=True, help="The parts of a page and their states.")

Component = Annotated[str, typer.Argument(help="The component's key or id.")]


@app.command("list")
def list_components(ctx: typer.Context) -> None:
    """Every component.

    statustext components list
    """
    run = session(ctx)
    found = run.api.get("components")
    rows = [(one["id"], one["key"], one["name"], one["status"]) for one in found]
    run.table(found, ("Id", "Key", "Name", "State"), rows)


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="As people read it.")],
    key: Annotated[str | None, typer.Option(help="Your own word for it, unique.")] = None,
    description: Annotated[str | None, typer.Option(help="One line below the name.")] = None,
) -> None:
    """Add a component.

    statustext components add Search --key svc_search
    """
    run = session(ctx)
    given = {"name": name, "key": key, "description": description}
    wanted = {field: value for field, value in given.items() if value is not None}
    made = run.api.send("POST", "components", {"component": wanted})
    run.show(made, f"Component {made['key']} is {made['id']}.")


@app.command("set")
def set_state(
    ctx: typer.Context,
    component: Component,
    state: Annotated[
        str,
        typer.Argument(
            help="operational, degraded_performance, partial_outage, major_outage or"
            " under_maintenance."
        ),
    ],
) -> None:
    """Change a component's state. Nobody is texted: incidents do that.

    statustext components set svc_search degraded_performance
    """
    run = session(ctx)
    change = {"component": {"status": state}}
    changed = run.api.send("PATCH", f"components/{component}", change)
    run.show(changed, f"{changed['name']} is {changed['status']}.")
