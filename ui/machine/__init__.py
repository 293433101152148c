"""What programs may fetch: the tables of the record, and the forecast of a day."""
