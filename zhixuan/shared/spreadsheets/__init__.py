"""Spreadsheets from people nobody knows, read safely; spreadsheets for people, written safely.

`reading` takes xlsx, xlsm, xls, ods and CSV apart in a child process with hard limits; `columns` finds the wanted
columns; `fields` turns cells into values and collects every mistake; `writing` and `templates` make xlsx and CSV in
which no cell is ever a formula; `mistakes` gives the collected mistakes back as a file.

Macros: .xlsm is accepted as data only. Provincial forms still in use are .xlsm, and refusing them would only teach
people to retype; nothing here opens or runs the macro part. External links are ignored: stored values are read.
"""
