"""Other systems on the same data, each in a process and with settings of its own."""
