"""The commands of the system itself; modules bring their own (`user`, `import`, `export`)."""
