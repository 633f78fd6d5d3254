"""One report, five formats, the same figures: html, pdf, csv, json, and charts inside the first two.

Renderers take what disclosure control made (`reports.document.Report` holds nothing else) and write bytes
that depend on their input alone: never on the clock, the time zone or the order of a hash.
"""
