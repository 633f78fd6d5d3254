"""One file per recogniser, found by name. See docs/how-to/add-a-recogniser.md."""
