"""The whole report for programs: its tables, and every number in the text with the cell it comes from."""

import json
from typing import Any

from reports.disclosure import Figure, ProtectedTable
from reports.document import Report

SCHEMA = "candour-report/1"


def render(report: Report) -> bytes:
    """Canonical JSON: sorted keys, UTF-8, one line end at the end."""
    return canonical(
        {
            "schema": SCHEMA,
            "ref": report.ref,
            "version": report.version,
            "kind": report.kind,
            "title": report.title,
            "body": report.body,
            "fictional": report.fictional,
            "dated": report.dated.isoformat(),
            "period": {
                "code": report.period.code,
                "first_day": report.period.first_day.isoformat(),
                "last_day": report.period.last_day.isoformat(),
            },
            "summary": report.lede.text,
            "key_figures": [{"label": key.label, **_figure(key.figure)} for key in report.keys],
            "figures_in_text": [
                {"sentence": sentence.text, **_figure(figure)}
                for sentence in report.sentences()
                for figure in sentence.figures
            ],
            "tables": [_table(table) for table in report.tables],
            "statuses": {"c": "withheld", "z": "not applicable"},
        }
    )


def canonical(data: Any) -> bytes:
    """JSON whose bytes depend on the data alone."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "status": str(figure.status),
        "unit": figure.unit,
        "source": figure.source,
    }


def _table(table: ProtectedTable) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "measure": table.measure.code,
        "measure_label": table.measure.heading,
        "class": str(table.measure.klass),
        "definition": table.measure.definition,
        "where": dict(table.where),
        "rows": {"dimension": table.row_dimension, "items": _items(table.rows)},
        "columns": {"dimension": table.column_dimension, "items": _items(table.columns)},
        "cells": [
            {"row": row.code, "column": column.code, "value": figure.value, "status": str(figure.status)}
            for row, line in table.lines()
            for column, figure in zip(table.columns, line, strict=True)
        ],
    }


def _items(items: Any) -> list[dict[str, str]]:
    return [{"code": item.code, "label": item.label} for item in items]
