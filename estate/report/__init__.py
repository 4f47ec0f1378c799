"""The organization on one page: what `estate report` gathers, as one JSON document, and the page that shows it."""
