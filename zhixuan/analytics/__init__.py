"""The same measures over one facility's months or over millions of rows: tables in, tables out, no Django."""
