"""What data protection officers, inspectors and the public read: figures that cannot reveal a person.

disclosure/    counts in, protected tables out: the only thing a renderer may receive
definitions/   one module per report: what is counted and what is said about it
render/        the same figures as HTML, PDF, CSV, JSON and charts
release        a frozen bundle of files; `verify` checks one offline
"""
