"""What is counted from the fact table, as functions from table to table."""
