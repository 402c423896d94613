"""`zhixuan`: the one command, for whoever runs the system.

Exit codes: 0 done, 1 refused or something found, 2 wrongly called, 3 the machine or its set-up is in the way.
"""

from __future__ import annotations

import os
import sys

import typer

BILINGUAL_HELP = "Zhixuan 知选: contraceptive supply, from the county store to the last outlet 避孕药具管理"


def language_of_terminal() -> str:
    """Chinese where the terminal is Chinese, else English; ZHIXUAN_LANGUAGE decides when it is set."""
    said = [os.environ.get(name, "") for name in ("ZHIXUAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    first = next((text for text in said if text), "")
    return "zh-hans" if first.lower().startswith("zh") else "en"


def build() -> typer.Typer:
    """The whole command. Django is set up by now, so that modules may be imported."""
    from zhixuan.config.commands import (
        backtest,
        backup,
        check,
        doctor,
        export,
        forecast,
        history,
        migrate,
        ordering,
        restore,
        serve,
        simulate,
        work,
    )
    from zhixuan.modules.accounts import cli as accounts
    from zhixuan.modules.exchange import cli as exchange

    app = typer.Typer(
        help=BILINGUAL_HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command(help="Answer browsers and do background work 启动系统")(serve.serve)
    app.command(help="Do background work only 只运行后台任务")(work.work)
    app.command(help="Bring the database to this version 升级数据库")(migrate.migrate)
    app.command(help="Prove that the ledger is true 核对账本")(check.check)
    app.command(help="Look at the machine and the set-up 检查运行环境")(doctor.doctor)
    app.command(help="Copy everything into one file 备份")(backup.backup)
    app.command(help="Bring a backup back 恢复备份")(restore.restore)
    app.add_typer(exchange.app, name="import", help="Bring in data of other systems 导入数据")
    app.command(help="Write a table into a file, .xlsx or .csv 导出")(export.export)
    app.command(help="What will be needed, from a file of records 需求预测")(forecast.forecast)
    app.command(help="How good forecasts would have been 回测预测")(backtest.backtest)
    app.command(help="The history that plans stand on, as a file 历史事实表")(history.history)
    app.command(help="How much to order, place by place 补货水平")(ordering.levels)
    app.command(help="Who gets what when it is not enough 短缺分配")(ordering.allocate)
    app.command(help="The past under other ways to order 模拟补货")(simulate.simulate)
    app.add_typer(accounts.app, name="user", help="People, roles, passwords 用户与角色")
    return app


def main() -> None:
    """Entry point of the console script."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError
    from django.utils import translation

    from zhixuan.config.commands.terminal import Exit, err

    # What it writes (database, backups, keys) is for its owner only.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhixuan.config.settings")
    try:
        django.setup()
        translation.activate(language_of_terminal())
        build()()
    except (ImproperlyConfigured, DatabaseError, OSError) as fault:
        err.print(str(fault) or type(fault).__name__, style="red", markup=False, soft_wrap=True)
        sys.exit(Exit.SYSTEM)


if __name__ == "__main__":
    main()
