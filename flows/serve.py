"""`crosswire serve`: the daily ingest and the weekly digest on their schedules, until it is stopped."""

import os
from typing import Any

from flows.prefect_server import prefect_api
from flows.settings import Settings


def serve(settings: Settings) -> None:
    """Serve both flows with the cron lines and the time zone of the settings. Blocks until it is interrupted."""
    from flows.terminal import print_schedule

    _hand_down(settings)
    with prefect_api(settings.home, scheduling=True, log_level="INFO") as url:
        from prefect import serve as serve_deployments

        print_schedule(settings, url)
        serve_deployments(*deployments(settings), print_starting_message=False)


def deployments(settings: Settings) -> tuple[Any, Any]:
    """Return the two deployments. They name their flows by module, so that they start from any folder."""
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.digest import digest
    from flows.ingest import ingest

    by_module = EntrypointType.MODULE_PATH
    daily = Cron(settings.ingest_cron, timezone=settings.timezone)
    weekly = Cron(settings.digest_cron, timezone=settings.timezone)
    return (
        ingest.to_deployment("daily", schedule=daily, entrypoint_type=by_module, parameters={"scheduled": True}),
        digest.to_deployment("weekly", schedule=weekly, entrypoint_type=by_module),
    )


def _hand_down(settings: Settings) -> None:
    """Each scheduled run is a process of its own that reads its settings from the environment."""
    os.environ["CROSSWIRE_HOME"] = str(settings.home)
    os.environ["CROSSWIRE_FEEDS"] = str(settings.feeds)
