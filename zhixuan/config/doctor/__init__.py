"""What can go wrong with the machine and the set-up, looked at one by one."""
